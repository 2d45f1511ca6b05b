#include "index_file.hpp"
#include "json_slices.hpp"
#include "mirror_fixture.hpp"

using namespace tagdb;
using namespace tagdb::mirror;

TEST_CASE("the grammar of ref.name") {
  struct Case {
    const char* text;
    bool fits;
  };
  for (const auto& each :
       {Case{"ltsc2019", true}, Case{"mcr.microsoft.com/windows/servercore:ltsc2019", true},
        Case{"h:5000/r:1809_amd64", true}, Case{"r:10.0.14393.1770_de-de", true}, Case{"r@sha256:aa", true},
        Case{"a--b", true}, Case{"", false}, Case{"r:_x", false}, Case{"r:x_", false}, Case{"a..b", false},
        Case{"a---b", false}, Case{"[::1]:5000/r:t", false}, Case{"a//b", false}, Case{"a b", false}}) {
    INFO(each.text);
    CHECK(is_ref_name(each.text) == each.fits);
  }
}

TEST_CASE("which index entries a wish takes") {
  const oci::Platform entry{"windows", "amd64", "", "10.0.17763.1040", {}};
  struct Case {
    oci::Platform wish;
    bool taken;
  };
  for (const auto& each :
       {Case{{"windows", "amd64", "", "", {}}, true},
        Case{{"windows", "amd64", "", "10.0.17763.1040", {}}, true},
        Case{{"windows", "amd64", "", "10.0.17763", {}}, true},
        Case{{"windows", "amd64", "", "10.0.1776", {}}, false},
        Case{{"windows", "amd64", "", "10.0.17763.104", {}}, false},
        Case{{"windows", "arm", "", "", {}}, false}, Case{{"linux", "amd64", "", "", {}}, false},
        Case{{"windows", "amd64", "v8", "", {}}, false}}) {
    INFO(each.wish.os << "/" << each.wish.architecture << ":" << each.wish.os_version);
    CHECK(matches(each.wish, entry) == each.taken);
  }
}

TEST_CASE("JSON is cut where it is, not written anew") {
  const std::string_view object = R"( { "a" : 1e3 , "b\"}," : [ {"x":"]"} , 2 ], "c": "\\" } )";
  const auto members = members_of(object);
  REQUIRE(members.size() == 3);
  CHECK(members[0] == std::pair<std::string_view, std::string_view>("\"a\"", "1e3"));
  CHECK(members[1].first == R"("b\"},")");
  CHECK(members[2].second == R"("\\")");
  const auto elements = elements_of(members[1].second);
  REQUIRE(elements.size() == 2);
  CHECK(elements[0] == R"({"x":"]"})");
  CHECK(elements_of("[ ]").empty());
  CHECK(members_of("{}").empty());
}

TEST_CASE("what others wrote into index.json stays as it is") {
  const std::string theirs =
      R"({"mediaType":"application/x","digest":"sha256:)" + std::string(64, 'b') +
      R"(","size":3,"annotations":{"org.opencontainers.image.ref.name":"mine"},"ratio":0.50})";
  auto file = IndexFile::parse(R"({"schemaVersion":2,"note":{"a":[1,2.0]},"manifests":[)" + theirs +
                               R"(,{"odd":true}],"annotations":{"k":"v"}})");
  REQUIRE(file);
  const auto digest = *oci::Digest::parse("sha256:" + std::string(64, 'a'));
  const oci::Descriptor ours{std::string(oci::k_docker_list), digest, 5, {}, {}};
  file->put({make_entry(ours, "h/r:t", "", "")});
  for (int twice = 0; twice < 2; ++twice) {
    const auto text = file->text();
    CHECK(text.find(theirs) != std::string::npos);
    CHECK(text.find(R"({"odd":true})") != std::string::npos);
    CHECK(text.find(R"("note":{"a":[1,2.0]})") != std::string::npos);
    CHECK(text.find(R"("annotations":{"k":"v"})") != std::string::npos);
    file = IndexFile::parse(text);
    REQUIRE(file);
    REQUIRE(file->entries().size() == 3);
  }
  // The same name again takes the place of the old entry, wherever the name stands.
  file->put({make_entry(ours, "mine", "", "")});
  CHECK(file->entries().size() == 3);
  CHECK(file->text().find("0.50") == std::string::npos);
}

TEST_CASE("hostile index.json") {
  const std::string bomb(100'000, '[');
  for (const std::string& bytes :
       {std::string("[]"), std::string("{}"), std::string("{"), std::string(R"({"manifests":{}})"), bomb,
        std::string(R"({"manifests":[],"Manifests":[{}]})"),
        std::string(R"({"manifests":[],"manifests":[]})")}) {
    INFO(bytes.substr(0, 60));
    const auto file = IndexFile::parse(bytes);
    REQUIRE_FALSE(file);
    CHECK(file.error().kind() == base::ErrorKind::integrity);
  }
  const auto file = IndexFile::parse(
      R"({"manifests":[1,null,"x",{"digest":"sha256:../../x","size":1},{"digest":7},{"annotations":3}]})");
  REQUIRE(file);
  CHECK(file->entries().size() == 6);
  for (const auto& entry : file->entries())
    CHECK_FALSE(entry.descriptor);
}

TEST_CASE("names of a layout, ambiguous ones marked") {
  test::TempDir folder;
  folder.write("oci-layout", R"({"imageLayoutVersion":"1.0.0"})");
  const auto entry = [](char digit, const std::string& annotations) {
    return R"({"mediaType":"t","digest":"sha256:)" + std::string(64, digit) +
           R"(","size":1,"annotations":{)" + annotations + "}}";
  };
  folder.write("index.json", R"({"manifests":[)" + entry('a', R"("io.containerd.image.name":"h/r:1")") + "," +
                                 entry('b', R"("org.opencontainers.image.ref.name":"h/r:1")") + "," +
                                 entry('c', R"("org.opencontainers.image.ref.name":"h/r:2")") + "," +
                                 entry('d', R"("org.opencontainers.image.ref.name":"h/r:2")") + "," +
                                 entry('e', "") + "]}");
  const auto layout = Layout::open(folder.path());
  REQUIRE(layout);
  const auto names = layout->names();
  REQUIRE(names);
  std::vector<std::string> told;
  for (const auto& each : *names)
    told.push_back(each.name + " " + std::string(each.descriptor.digest.encoded().substr(0, 1)) +
                   (each.ambiguous ? " ambiguous" : ""));
  CHECK(told == std::vector<std::string>{"h/r:1 a", "h/r:2 c ambiguous", "h/r:2 d ambiguous", " e"});
  CHECK((**layout->find("h/r:1")).descriptor.digest.encoded().front() == 'a');
  CHECK_FALSE(layout->find("h/r:2"));
  CHECK_FALSE(*layout->find("h/r:3"));
}

TEST_CASE("a folder that is no layout is not made one, and a version of the future is not read") {
  test::TempDir folder;
  base::Log log(base::LogLevel::error);
  CHECK(Layout::open(folder.path()).error().kind() == base::ErrorKind::not_found);
  folder.write("photos/cat", "meow");
  const auto made = make_layout_destination(folder.path(), log);
  REQUIRE_FALSE(made);
  CHECK(made.error().kind() == base::ErrorKind::usage);
  folder.write("new/oci-layout", R"({"imageLayoutVersion":"2.0.0"})");
  CHECK(Layout::open(folder / "new").error().kind() == base::ErrorKind::integrity);
  CHECK_FALSE(make_layout_destination(folder / "new", log));
}

TEST_CASE_METHOD(MirrorFixture, "two that write at once lose nothing of each other") {
  const auto one = add(MadeImage("10.0.17763.1040"), "ltsc2019");
  const auto two = add(MadeImage("10.0.14393.3504"), "ltsc2016");
  const auto source = from_registry();
  {
    const auto first = to_layout(), second = to_layout(); // both have read the empty index
    must_copy(*source, *first, {one});
    must_copy(*source, *second, {two});
  }
  CHECK(Layout::open(folder / "layout")->names()->size() == 2);
}

TEST_CASE_METHOD(MirrorFixture, "a tag that moved has one entry, and what it pointed at is garbage") {
  const MadeImage old("10.0.17763.1000"), fresh("10.0.17763.1040");
  must_copy(*from_registry(), *to_layout(), {add(old, "ltsc2019")});
  const auto image = add(fresh, "ltsc2019");
  must_copy(*from_registry(), *to_layout(), {image});
  const auto layout = *Layout::open(folder / "layout");
  const auto names = layout.names();
  REQUIRE(names->size() == 1);
  CHECK(names->front().descriptor.digest == image.digest);
}
