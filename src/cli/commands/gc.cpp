#include "command.hpp"
#include "mirror_images.hpp"
#include <tagdb/base/text.hpp>

namespace tagdb::cli {

namespace {

class Gc final : public Command {
 public:
  void declare(Grammar& grammar) override {
    grammar.positional("oci:DIR", 1, 1, m_layout, "an OCI layout, as mirror makes them");
    grammar.flag("write", m_options.write, "remove it; else only said").configurable = false;
    grammar.duration("grace", m_options.grace, "what changed more recently stays (default 24h)");
    grammar.note(
        "Drops blobs that no entry of index.json leads to, and what stopped copies left behind. A copy "
        "that runs meanwhile is not disturbed: tagdb's own are kept out (exit code 10), those of other "
        "programs are protected by --grace. A layout that is damaged is left as it is (exit code 7).");
    grammar.example("tagdb gc oci:/media/disk/images", "what would go");
    grammar.example("tagdb gc oci:/media/disk/images --write", "and away with it");
  }

  base::Result<int> run(const Context& context) override {
    m_options.layout = m_layout.front();
    if (!is_layout(m_options.layout))
      return base::Error(base::ErrorKind::usage,
                         "\"" + base::escape_untrusted(m_options.layout) + "\" is no layout",
                         "write it as oci:DIR");
    if (!context.carriers.gc)
      return context.world.start_remote(context.world.arguments);
    return context.carriers.gc(context.session, m_options);
  }

 private:
  std::vector<std::string> m_layout;
  LayoutOptions m_options;
};

} // namespace

std::unique_ptr<Command> make_gc() {
  return std::make_unique<Gc>();
}

} // namespace tagdb::cli
