#include "complete_command.hpp"
#include "documents.hpp"
#include "table.hpp"
#include <tagdb/base/text.hpp>

#include <algorithm>

namespace tagdb::cli {

namespace {

struct Row {
  std::string name;
  std::string value; ///< empty: none
  Origin origin = Origin::standard;
  std::string where;
};

class Config final : public Command {
 public:
  void declare(Grammar& grammar) override {
    grammar.note("Each long option of each command is a key of the configuration file (TOML, by default "
                 "$XDG_CONFIG_HOME/tagdb/tagdb.toml) and a "
                 "variable: max-data-age is TAGDB_MAX_DATA_AGE. The command line counts most, then the "
                 "variable, then the file. Relative paths in "
                 "the file lie beside it. How one registry is reached is set in a table: "
                 "[host.\"harbor.corp\"] with ca-file, authfile, client-cert, "
                 "client-key. A format that a command does not have is passed over there.");
    grammar.example("tagdb config", "all options, and where each value came from");
    grammar.example("tagdb config --config site.toml --format json", "try a file");
  }

  base::Result<int> run(const Context& context) override {
    TAGDB_TRY_ASSIGN(const auto rows, collect(context));
    context.session.print(context.session.json() ? document(context, rows) : text(context, rows));
    return 0;
  }

 private:
  static base::Result<std::vector<Row>> collect(const Context& context);
  static std::string text(const Context& context, const std::vector<Row>& rows);
  static std::string document(const Context& context, const std::vector<Row>& rows);
};

Row row_of(const OptionSpec& option, const Context& context) {
  auto setting = setting_of(option, context.line, context.world.environment, context.config);
  Row row{std::string(option.name), std::move(setting.value), setting.origin, std::move(setting.where)};
  if (setting.origin != Origin::standard) {
    if (option.secret)
      row.value = "(not shown)";
    return row;
  }
  // The two whose defaults depend on the environment are told as they are.
  if (option.name == "db")
    row.value = context.session.options.db.string();
  else if (option.name == "config")
    row.value = context.config.path().string();
  else
    row.value = option.takes_value() ? option.default_text : option.counts ? "0" : "false";
  return row;
}

base::Result<std::vector<Row>> Config::collect(const Context& context) {
  std::vector<Row> rows;
  const auto add = [&](const std::vector<OptionSpec>& options, std::size_t begin, std::size_t end) {
    for (auto i = begin; i < end; ++i) {
      const bool known =
          std::any_of(rows.begin(), rows.end(), [&](const Row& row) { return row.name == options[i].name; });
      if (options[i].configurable && !known)
        rows.push_back(row_of(options[i], context));
    }
  };
  bool globals_added = false;
  for (const auto& entry : commands()) {
    const CompleteCommand complete(entry);
    const auto& options = complete.grammar.options();
    // A value of the file or a variable that its command would refuse is refused here too: that is what
    // people look for. This line itself speaks to this command alone.
    TAGDB_TRY(
        assign(complete.grammar, merge(complete.grammar, {}, context.world.environment, context.config)));
    if (!globals_added)
      add(options, complete.grammar.globals_begin(), options.size());
    globals_added = true;
    add(options, 0, complete.grammar.globals_begin());
  }
  for (const auto& [name, host] : context.config.hosts()) {
    const std::pair<std::string_view, const std::string&> settings[] = {{"ca-file", host.ca_file},
                                                                        {"authfile", host.authfile},
                                                                        {"client-cert", host.client_cert},
                                                                        {"client-key", host.client_key}};
    for (const auto& [key, value] : settings)
      if (!value.empty())
        rows.push_back({"host.\"" + name + "\"." + std::string(key), value, Origin::file,
                        context.config.path().string()});
  }
  return rows;
}

std::string Config::text(const Context& context, const std::vector<Row>& rows) {
  std::vector<std::vector<std::string>> cells{{"OPTION", "VALUE", "FROM"}};
  for (const auto& row : rows)
    cells.push_back({base::escape_untrusted(row.name),
                     row.value.empty() ? "-" : base::escape_untrusted(row.value, 1000),
                     row.origin == Origin::standard ? "default" : base::escape_untrusted(row.where, 1000)});
  std::string text = table(cells, context.session.color);
  if (!context.config.present() && !context.config.path().empty())
    text += "\nThere is no configuration file " +
            base::escape_untrusted(context.config.path().string(), 1000) + ".\n";
  return text;
}

std::string Config::document(const Context& context, const std::vector<Row>& rows) {
  base::JsonWriter json;
  begin_document(json, context.session.clock.now());
  write_known(json, "file", context.config.present() ? context.config.path().string() : "");
  json.key("items").begin_array();
  for (const auto& row : rows) {
    json.begin_object().member("name", row.name);
    write_known(json, "value", row.value);
    json.member("origin", to_string(row.origin));
    write_known(json, "where", row.where);
    json.end_object();
  }
  json.end_array().end_object();
  return json.text() + "\n";
}

} // namespace

std::unique_ptr<Command> make_config() {
  return std::make_unique<Config>();
}

} // namespace tagdb::cli
