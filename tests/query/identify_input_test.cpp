#include "asking.hpp"
#include "made_image.hpp"
#include "support/catch.hpp"
#include "support/mcr_data.hpp"

#include <fmt/format.h>

#include <vector>

using namespace tagdb;
using namespace tagdb::query;
using namespace tagdb::query::test;
using Catch::Matchers::Contains;

namespace {

constexpr std::string_view k_day = "2024-06-20T12:00:00Z";
const MadeImage k_base{
    "10.0.17763.5458", {"base", "update"}, {"Apply image 1809-RTM-amd64@2024-02-09T01:00:00Z"}};

void fill(RecordBuilder& record) {
  record.check("windows/servercore", k_day);
  present(record, "10.0.17763.5458", k_base, k_day);
}

std::string text_of(char digit) {
  return "sha256:" + std::string(64, digit);
}

/// "app:1 windows amd64 10.0.17763.5458 digests 2 short 9d1b layers 3 history 1 ref; …"
std::string words_of(const std::vector<base::Result<IdentifySubject>>& subjects) {
  std::string text;
  for (const auto& subject : subjects) {
    if (!text.empty())
      text += "; ";
    if (!subject) {
      text += "error: " + subject.error().message();
      continue;
    }
    const auto& facts = subject->facts;
    text += facts.name;
    for (const auto& word : {facts.os, facts.architecture, facts.os_version})
      text += word.empty() ? "" : " " + word;
    const auto count = [&](std::string_view what, std::size_t number) {
      text += number == 0 ? "" : fmt::format(" {} {}", what, number);
    };
    count("digests", facts.digests.size());
    text += facts.short_id.empty() ? "" : " short " + facts.short_id.substr(0, 4);
    count("layers", facts.diff_ids.size());
    count("history", facts.history.size());
    text += subject->reference ? " ref" : "";
  }
  return text;
}

std::string quoted_list(std::initializer_list<std::string> words) {
  std::string text;
  for (const auto& word : words)
    text += (text.empty() ? "\"" : ",\"") + word + '"';
  return "[" + text + "]";
}

} // namespace

TEST_CASE("what people have of an image is read") {
  Record record(fill);
  const std::string id = text_of('1'), other = text_of('2'), digest = text_of('3');
  const std::string layers = quoted_list({text_of('a'), text_of('b'), text_of('c')});
  const std::string inspected = R"({"Id":")" + id +
                                R"(","RepoTags":["app:1","app:latest"],"RepoDigests":["app@)" + digest +
                                R"("],"Architecture":"amd64","Os":"windows","OsVersion":"10.0.17763.5458",)" +
                                R"("RootFS":{"Type":"layers","Layers":)" + layers + "}}";
  const std::string table = "REPOSITORY   TAG   IMAGE ID       CREATED       SIZE\n";
  struct Case {
    const char* name;
    std::string text;
    std::string expected;
  };
  const Case cases[] = {
      {"docker inspect", "[" + inspected + "]", "app:1 windows amd64 10.0.17763.5458 digests 2 layers 3"},
      {"one object of it", inspected, "app:1 windows amd64 10.0.17763.5458 digests 2 layers 3"},
      {"two images", "[" + inspected + "," + inspected + "]",
       "app:1 windows amd64 10.0.17763.5458 digests 2 layers 3; app:1 windows amd64 10.0.17763.5458 digests "
       "2 layers 3"},
      {"with a byte order mark", "\xEF\xBB\xBF" + inspected,
       "app:1 windows amd64 10.0.17763.5458 digests 2 layers 3"},
      {"an untagged image under the containerd store",
       R"([{"Id":")" + id + R"(","RepoTags":[],"RepoDigests":["<none>@<none>"],"Descriptor":{"digest":")" +
           other + R"("},"Os":"windows"}])",
       id + " windows digests 2"},
      {"of a container",
       R"([{"Name":"/web","State":{},"Image":")" + id +
           R"(","Platform":"windows","ImageManifestDescriptor":{"digest":")" + other +
           R"(","platform":{"architecture":"amd64","os.version":"10.0.17763.5458"}}}])",
       "/web windows amd64 10.0.17763.5458 digests 2"},
      {"{{json .RootFS}}", R"({"Type":"layers","Layers":)" + layers + "}", "file.json layers 3"},
      {"{{json .RootFS.Layers}}", layers, "file.json layers 3"},
      {"one document a line",
       R"({"ID":"0123456789ab","Repository":"app","Tag":"1","Digest":"<none>"})"
       "\n"
       R"({"ID":"ba9876543210","Repository":"<none>","Tag":"<none>","Digest":")" +
           digest + "\"}\n",
       "app:1 short 0123; ba9876543210 digests 1 short ba98"},
      {"an image config", tagdb::test::mcr_sample("config_nanoserver_10.0.17763.3650"),
       "file.json windows amd64 10.0.17763.3650 layers 1 history 1"},
      {"an old one, with rootfS", tagdb::test::mcr_sample("config_nanoserver_10.0.18363.1556"),
       "file.json windows amd64 10.0.18363.1556 layers 1 history 1"},
      {"a manifest", tagdb::test::mcr_sample("manifest_servercore_10.0.17763.2061"), "file.json digests 2"},
      {"an index", tagdb::test::mcr_sample("list_servercore_10.0.20348.887"), "file.json digests 1"},
      {"crictl inspecti",
       R"({"status":{"id":")" + id + R"(","repoTags":["app:1"],"repoDigests":["app@)" + digest +
           R"("]},"info":{"imageSpec":{"os":"windows","architecture":"amd64","rootfs":{"diff_ids":)" +
           layers + R"(},"history":[{"created_by":"x"}]}}})",
       "app:1 windows amd64 digests 2 layers 3 history 1"},
      {"a fragment with OsVersion", "\"Os\": \"windows\",\n\"OsVersion\": \"10.0.17763.5458\",\n",
       "10.0.17763.5458 windows 10.0.17763.5458"},
      {"a Linux image among them",
       R"([{"Os":"linux","RepoTags":["alpine:3"],"RootFS":{"Layers":)" + layers + "}}]",
       "alpine:3 linux layers 3"},
      {"docker images",
       table + "app   1   0123456789ab   2 days ago   5GB\n<none>   <none>   ba9876543210   3 days ago   4GB",
       "app:1 short 0123; ba9876543210 short ba98"},
      {"docker images --no-trunc", table + "app   1   " + id + "   2 days ago   5GB", "app:1 digests 1"},
      {"docker images --digests",
       "REPOSITORY   TAG   DIGEST   IMAGE ID   CREATED   SIZE\napp   1   " + digest +
           "   0123456789ab   2 days ago   5GB",
       "app:1 digests 1 short 0123"},
      {"docker images -q", "0123456789ab\nba9876543210\n",
       "0123456789ab short 0123; ba9876543210 short ba98"},
      {"layers, one a line", text_of('a') + "\n" + text_of('b') + "\r\n",
       "2 layers on sha256:aaaaaaaaaaaa layers 2"},
      {"IDs, of which one is in the record", k_base.config().digest.to_string() + " " + id,
       k_base.config().digest.to_string() + " digests 1; " + id + " digests 1"},
      {"one digest: an ID or the only layer", id, id + " digests 1 layers 1"},
      {"references", "ltsc2019\nnanoserver:1809\n", "ltsc2019 ref; nanoserver:1809 ref"}};
  for (const auto& each : cases) {
    INFO(each.name);
    const auto subjects = read_identify_text(record.reader(), each.text, "file.json");
    REQUIRE(subjects);
    CHECK(words_of(*subjects) == each.expected);
  }
}

TEST_CASE("UTF-16, as PowerShell's > writes it") {
  Record record(fill);
  const std::string text = R"({"OsVersion":"10.0.17763.5458"})";
  std::string wide = "\xFF\xFE";
  for (const char c : text)
    (wide += c) += '\0';
  CHECK(words_of(must(read_identify_text(record.reader(), wide, "inspect.json"))) ==
        "inspect.json 10.0.17763.5458");
}

TEST_CASE("words that follow each other") {
  Record record(fill);
  const auto a = text_of('a'), b = text_of('b');
  struct Case {
    const char* name;
    std::vector<std::string> words;
    std::string expected;
  };
  const Case cases[] = {
      {"layers between references",
       {"ltsc2019", a, b, "1809"},
       "ltsc2019 ref; 2 layers on sha256:aaaaaaaaaaaa layers 2; 1809 ref"},
      {"a digest in a repository is no layer",
       {"app@" + a, "app@" + b},
       "app@" + a + " ref; app@" + b + " ref"},
      {"one bad word leaves the others",
       {"ltsc2019", "http://x", "1809"},
       "ltsc2019 ref; error: \"http://x\" is no reference: a reference has no scheme; 1809 ref"},
      {"none", {}, ""}};
  for (const auto& each : cases) {
    INFO(each.name);
    CHECK(words_of(identify_words(record.reader(), each.words)) == each.expected);
  }
}

TEST_CASE("what is no image is refused") {
  Record record(fill);
  std::string many = "[0";
  for (int i = 0; i < 10'001; ++i)
    many += ",0";
  std::string layers = "[\"" + text_of('a') + '"';
  for (int i = 0; i < 4096; ++i)
    layers += ",\"" + text_of('a') + '"';
  struct Case {
    const char* name;
    std::string text;
    const char* message;
  };
  const Case cases[] = {
      {"nothing", " \n ", "empty"},
      {"no image", "[]", "docker found no image"},
      {"other JSON", R"({"kind":"Node"})", "says nothing of an image"},
      {"a number", "[1]", "is no image"},
      {"cut JSON", R"({"Id":"sha256:)", "cut off or damaged"},
      {"deep JSON", std::string(100'000, '['), "cut off or damaged"},
      {"a layer that is no digest", R"(["sha256:x"])", "layer 1 of the list is no digest"},
      {"a layer in RootFS that is none", R"({"Os":"windows","RootFS":{"Layers":["x"]}})",
       "layer 1 of the list is no digest"},
      {"a config with two layers lists", R"({"os":"windows","rootfs":{},"rootFS":{}})", "more than once"},
      {"too many images", many + "]", "more than 10000 images"},
      {"too many layers", layers + "]", "more than 4096 layers"},
      {"a host", "Microsoft Windows [Version 10.0.17763.973]", "speaks of no image"},
      {"a Kubernetes node", "OS Name: Microsoft Windows Server 2019\nOS Version: 10.0.17763 N/A Build 17763",
       "speaks of no image"},
      {"prose", "please tell me", "nothing that names"}};
  for (const auto& each : cases) {
    INFO(each.name);
    const auto subjects = read_identify_text(record.reader(), each.text, "it");
    REQUIRE_FALSE(subjects);
    CHECK(subjects.error().kind() == base::ErrorKind::usage);
    CHECK_THAT(subjects.error().message(), Contains(each.message));
  }
}

TEST_CASE("one document of several that says nothing leaves the others") {
  Record record(fill);
  const auto subjects =
      must(read_identify_text(record.reader(), R"([{"OsVersion":"10.0.17763.5458"},{"kind":"x"}])", "it"));
  REQUIRE(subjects.size() == 2);
  CHECK(subjects[0]);
  CHECK_FALSE(subjects[1]);
}

TEST_CASE("a document that is cut anywhere is refused, or says less, and never more") {
  Record record(fill);
  const auto config = tagdb::test::mcr_sample("config_nanoserver_10.0.17763.3650");
  const std::string inspected =
      R"([{"Id":")" + text_of('1') +
      R"(","RepoTags":["app:1"],"Os":"windows","OsVersion":"10.0.17763.5458","RootFS":)" + R"({"Layers":[")" +
      text_of('a') + R"("]}}])";
  for (const auto& whole : {config, inspected})
    for (std::size_t length = 0; length < whole.size(); ++length) {
      INFO("cut at " << length);
      const auto subjects =
          read_identify_text(record.reader(), std::string_view(whole).substr(0, length), "it");
      if (!subjects) {
        CHECK(subjects.error().kind() == base::ErrorKind::usage);
        continue;
      }
      for (const auto& subject : *subjects)
        CHECK((!subject || subject->facts.diff_ids.empty()));
    }
}
