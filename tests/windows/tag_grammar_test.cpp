#include "support/catch.hpp"
#include "support/mcr_data.hpp"
#include <tagdb/base/json.hpp>
#include <tagdb/windows/tag_grammar.hpp>

#include <map>
#include <set>

using namespace tagdb::windows;

namespace {

struct Case {
  std::string tag;
  TagKind kind;
  std::string stem;
  std::string product;
  std::string architecture;
  std::string locale;
  std::string version; ///< revision or KB
};

std::string version_of(const TagName& name) {
  if (name.revision)
    return name.revision->to_string();
  return name.kb ? name.kb->to_string() : "";
}

} // namespace

TEST_CASE("tags as they are on mcr.microsoft.com") {
  constexpr auto floating = TagKind::floating;
  constexpr auto revision = TagKind::revision;
  constexpr auto kb = TagKind::kb;
  const Case cases[] = {
      {"ltsc2016", floating, "ltsc2016", "ltsc2016", "", "", ""},
      {"ltsc2019", floating, "ltsc2019", "ltsc2019", "", "", ""},
      {"ltsc2019-amd64", floating, "ltsc2019", "ltsc2019", "amd64", "", ""},
      {"ltsc2019_amd64", floating, "ltsc2019", "ltsc2019", "amd64", "", ""},
      {"ltsc2025-arm64", floating, "ltsc2025", "ltsc2025", "arm64", "", ""},
      {"ltsc2028", floating, "ltsc2028", "ltsc2028", "", "", ""},
      {"sac2016", floating, "sac2016", "sac2016", "", "", ""},
      {"latest", floating, "latest", "latest", "", "", ""},
      {"1607", floating, "1607", "1607", "", "", ""},
      {"1709-amd64", floating, "1709", "1709", "amd64", "", ""},
      {"1809_amd64", floating, "1809", "1809", "amd64", "", ""},
      {"1809-arm32v7", floating, "1809", "1809", "arm32v7", "", ""},
      {"2004", floating, "2004", "2004", "", "", ""},
      {"2009-amd64", floating, "2009", "2009", "amd64", "", ""},
      {"20H2", floating, "20H2", "20H2", "", "", ""},
      {"20H2-amd64", floating, "20H2", "20H2", "amd64", "", ""},
      {"22H1", floating, "22H1", "22H1", "", "", ""},
      {"10.0.17763.1040", revision, "10.0.17763.1040", "", "", "", "10.0.17763.1040"},
      {"10.0.17763.557-amd64", revision, "10.0.17763.557", "", "amd64", "", "10.0.17763.557"},
      {"10.0.14393.1770_de-de", revision, "10.0.14393.1770", "", "", "de-de", "10.0.14393.1770"},
      {"10.0.14393.2906-pt-br", revision, "10.0.14393.2906", "", "", "pt-br", "10.0.14393.2906"},
      {"10.0.14393.2906-amd64-de-de", revision, "10.0.14393.2906", "", "amd64", "de-de", "10.0.14393.2906"},
      {"10.0.14300.1030", revision, "10.0.14300.1030", "", "", "", "10.0.14300.1030"},
      {"10.0.18317.1000", revision, "10.0.18317.1000", "", "", "", "10.0.18317.1000"}, // insider
      {"10.0.26100.32230", revision, "10.0.26100.32230", "", "", "", "10.0.26100.32230"},
      {"1809-KB4546852", kb, "1809-KB4546852", "1809", "", "", "KB4546852"},
      {"1809_KB4467708", kb, "1809_KB4467708", "1809", "", "", "KB4467708"},
      {"1809_KB4464455_amd64", kb, "1809_KB4464455", "1809", "amd64", "", "KB4464455"},
      {"1809-KB5059091-amd64", kb, "1809-KB5059091", "1809", "amd64", "", "KB5059091"},
      {"2004-KB5008212", kb, "2004-KB5008212", "2004", "", "", "KB5008212"},
      {"20H2-KB5015807-amd64", kb, "20H2-KB5015807", "20H2", "amd64", "", "KB5015807"},
      {"ltsc2022-KB5059092", kb, "ltsc2022-KB5059092", "ltsc2022", "", "", "KB5059092"},
      {"ltsc2025-KB5122871-amd64", kb, "ltsc2025-KB5122871", "ltsc2025", "amd64", "", "KB5122871"}};
  for (const auto& each : cases) {
    INFO(each.tag);
    const auto name = parse_tag_name(each.tag);
    CHECK(name.kind == each.kind);
    CHECK(name.stem == each.stem);
    CHECK(name.product == each.product);
    CHECK(name.architecture == each.architecture);
    CHECK(name.locale == each.locale);
    CHECK(version_of(name) == each.version);
    CHECK(name.revision.has_value() == (each.kind == revision));
    CHECK(name.kb.has_value() == (each.kind == kb));
  }
}

TEST_CASE("what the grammar does not know is 'other', whole") {
  for (const std::string tag : {"",
                                "-",
                                "amd64",
                                "-amd64",
                                "_amd64",
                                "de-de",
                                "-de-de",
                                "x-de-de",
                                "win10-21h1-preview",
                                "4.8-windowsservercore-ltsc2019",
                                "windowsservercore-ltsc2022",
                                "20190108-4.7.2-windowsservercore-ltsc2019",
                                "4.8",
                                "LTSC2019",
                                "Latest",
                                "ltsc",
                                "ltsc19",
                                "ltsc2019x",
                                "ltsc20190",
                                "ltsc1999",
                                "ltsc2019-",
                                "ltsc2019-amd64-",
                                "ltsc2019-amd64-amd64",
                                "ltsc2019-de-de-amd64",
                                "ltsc2019-ppc64le",
                                "ltsc2019amd64",
                                "ltsc2019-DE-DE",
                                "2012",
                                "2016",
                                "2019",
                                "2022",
                                "2025",
                                "1810",
                                "1509",
                                "2104",
                                "20h2",
                                "20H3",
                                "10H1",
                                "1809-4546852",
                                "1809KB4546852",
                                "1809-KB45",
                                "KB4546852",
                                "foo-KB4546852",
                                "latest-KB4546852",
                                "-KB4546852",
                                "1809--KB4546852",
                                "10.0.17763",
                                "10.0.17763.1.2",
                                "10.0.17763.01",
                                "4.8.1.0",
                                "10.0.17763.1040-KB4546852",
                                "v10.0.17763.1040",
                                "ltsc2019 ",
                                "ltsc2019\n"}) {
    INFO(tag);
    const auto name = parse_tag_name(tag);
    CHECK(name.kind == TagKind::other);
    CHECK(name.stem == tag);
    CHECK(name.product + name.architecture + name.locale + version_of(name) == "");
  }
}

TEST_CASE("kinds have names") {
  for (const auto kind : {TagKind::floating, TagKind::revision, TagKind::kb, TagKind::other})
    CHECK(parse_tag_kind(to_string(kind)) == kind);
  CHECK(to_string(TagKind::floating) == "floating");
  CHECK(to_string(TagKind::kb) == "kb");
  CHECK_FALSE(parse_tag_kind("Floating"));
  CHECK_FALSE(parse_tag_kind(""));
}

TEST_CASE("the 808 tags of windows/servercore on 2019-07-05") {
  const auto folder = tagdb::test::mcr_collection();
  if (!folder) {
    WARN("the collection of real documents is not here");
    return;
  }
  const auto document = tagdb::base::JsonDocument::parse(
      tagdb::test::slurp(*folder / "tags-list_windows-servercore_2019-07-05.json"));
  REQUIRE(document);
  const auto tags = document->root().find("tags").value();
  REQUIRE(tags.size() == 808);
  std::map<std::string, int> forms;
  std::map<std::string, int> builds; ///< of plain revision tags
  std::map<std::string, int> kb_products;
  std::set<std::string> locales;
  for (std::size_t i = 0; i < tags.size(); ++i) {
    const std::string tag(tags.at(i).string().value());
    INFO(tag);
    const auto name = parse_tag_name(tag);
    REQUIRE(name.kind != TagKind::other);
    // Nothing is lost: stem, architecture and locale, each behind one separator, are the name again.
    std::string again = name.stem;
    for (const auto& suffix : {name.architecture, name.locale})
      if (!suffix.empty())
        again += tag.at(again.size()) + suffix;
    REQUIRE(again == tag);

    std::string form(to_string(name.kind));
    if (name.kb)
      form += tag.at(name.product.size());
    if (!name.architecture.empty())
      form += tag.at(name.stem.size()) + name.architecture;
    if (!name.locale.empty())
      form += tag.at(tag.size() - name.locale.size() - 1) + std::string("locale");
    ++forms[form];
    if (!name.locale.empty()) {
      locales.insert(name.locale);
      CHECK(name.revision->build() == 14393);
    }
    if (name.revision && name.stem == tag)
      ++builds[std::to_string(name.revision->build())];
    if (name.kb)
      ++kb_products[name.product + tag.at(name.product.size())];
  }
  CHECK(forms == std::map<std::string, int>{{"revision", 34 + 3 + 6 + 6 + 2 + 1},
                                            {"revision_locale", 510},
                                            {"revision-locale", 68},
                                            {"revision-amd64", 4 + 1 + 4 + 6 + 2},
                                            {"revision-amd64-locale", 68},
                                            {"floating", 7},
                                            {"floating-amd64", 7},
                                            {"floating_amd64", 2},
                                            {"kb-", 6 + 3 + 6 + 8 + 2},
                                            {"kb--amd64", 4 + 1 + 4 + 8 + 2},
                                            {"kb_", 16 + 9 + 4},
                                            {"kb__amd64", 4}});
  CHECK(builds == std::map<std::string, int>{
                      {"14300", 1}, {"14393", 34}, {"16299", 3}, {"17134", 6}, {"17763", 6}, {"18362", 2}});
  CHECK(kb_products == std::map<std::string, int>{{"1607-", 10},
                                                  {"1709-", 4},
                                                  {"1709_", 16},
                                                  {"1803-", 10},
                                                  {"1803_", 9},
                                                  {"1809-", 16},
                                                  {"1809_", 8},
                                                  {"1903-", 4}});
  CHECK(locales == std::set<std::string>{"cs-cz", "de-de", "es-es", "fr-fr", "hu-hu", "it-it", "ja-jp",
                                         "ko-kr", "nl-nl", "pl-pl", "pt-br", "pt-pt", "ru-ru", "sv-se",
                                         "tr-tr", "zh-cn", "zh-tw"});
}
