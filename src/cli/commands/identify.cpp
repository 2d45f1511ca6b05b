#include "command.hpp"
#include "global_options.hpp"
#include <tagdb/cli/identify.hpp>

namespace tagdb::cli {

namespace {

class Identify final : public Command {
 public:
  void declare(Grammar& grammar) override {
    grammar.positional("IMAGE", 0, SIZE_MAX, m_options.subjects,
                       "a file or - (standard input, read where nothing is named) with `docker inspect`, an "
                       "image config, or "
                       "what `docker images` prints; an image ID or digest; the layers (diff_ids) of one "
                       "image; a reference");
    grammar.flag("online", m_options.online, "ask the registry for references that are not stored");
    declare_network_options(grammar, m_options.network);
    grammar.note(
        "Says which base image is under each image, how it is known, and how many revisions it is behind. "
        "Layers "
        "(diff_ids) decide where the record has the base, also where somebody compressed them anew; else the "
        "history; else os.version, which is only what the image says of itself. Without a database "
        "os.version is "
        "looked up in the built-in reference. What cannot be told is exit code 3; an image of another "
        "operating "
        "system is no failure.");
    grammar.example("docker inspect app:1.0 | tagdb identify", "which base is under an image of yours");
    grammar.example("docker images | tagdb identify -",
                    "which of the images here are base images, by their IDs");
    grammar.example("tagdb identify --online --registry registry.corp team/app:1.0",
                    "an image on a registry");
  }

  base::Result<int> run(const Context& context) override {
    if (m_options.online && context.session.options.offline)
      return base::Error(base::ErrorKind::usage, "--online and --offline exclude each other");
    if (m_options.subjects.empty()) {
      if (context.world.streams.is_terminal(base::Stream::standard_input))
        return base::Error(base::ErrorKind::usage, "which image?",
                           "pipe `docker inspect IMAGE` in, or name a file, an image ID or a reference");
      m_options.subjects.emplace_back("-");
    }
    if (!m_options.online)
      return answer_identify(context.session, m_options, {});
    if (!context.carriers.identify)
      return context.world.start_remote(context.world.arguments);
    m_options.network.by_host = context.config.hosts();
    return context.carriers.identify(context.session, m_options);
  }

 private:
  IdentifyOptions m_options;
};

} // namespace

std::unique_ptr<Command> make_identify() {
  return std::make_unique<Identify>();
}

} // namespace tagdb::cli
