#include "reference_files.hpp"
#include "support/catch.hpp"
#include <tagdb/windows/pasted.hpp>

#include <filesystem>
#include <random>
#include <set>

using namespace tagdb::windows;
using tagdb::base::ErrorKind;

namespace {

std::string corpus(const std::string& name) {
  return test_reference::read_text(TAGDB_SOURCE_DIR "/tests/windows/corpus/" + name);
}

/// One line for everything that was found: "host NAME VERSION SKU [product] [k8s]; image NAME VERSION; ?
/// VERSION".
std::string summary(const Pasted& pasted) {
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : "; ") + part; };
  for (const auto& host : pasted.hosts)
    add("host " + (host.name.empty() ? "" : host.name + " ") + host.version.to_string() + " " +
        std::string(to_string(host.sku)) + (host.product.empty() ? "" : " [" + host.product + "]") +
        (host.from_kubernetes ? " k8s" : ""));
  for (const auto& each : pasted.images)
    add("image " + each.image.name + " " +
        (!each.resolved       ? "unresolved"
         : each.image.version ? each.image.version->to_string()
                              : "none"));
  for (const auto& version : pasted.sideless)
    add("? " + version.to_string());
  for (const auto& word : pasted.words)
    add("word " + word);
  if (pasted.skipped > 0)
    add("skipped " + std::to_string(pasted.skipped));
  return text;
}

struct CorpusCase {
  const char* file;
  PastedKind kind;
  std::string_view found; ///< as summary() has it; of a refused file, what the message says
  bool refused = false;
};

const CorpusCase k_corpus[] = {
    {"ver_english.txt", PastedKind::ver, "? 10.0.17763.1039"},
    {"ver_english_lower_case.txt", PastedKind::ver, "? 10.0.19042.1415"},
    {"ver_german_prompt.txt", PastedKind::ver, "? 10.0.20348.2527"},
    {"ver_spanish_cp850.txt", PastedKind::ver, "? 10.0.17763.973"},
    {"ver_russian_cp866.txt", PastedKind::ver, "? 10.0.14393"},
    {"ver_chinese.txt", PastedKind::ver, "? 10.0.26100.32860"},
    {"ver_japanese_sjis.txt", PastedKind::ver, "? 10.0.18363.657"},
    {"ver_three_parts.txt", PastedKind::ver, "? 10.0.14393"},
    {"ver_powershell_utf16.txt", PastedKind::ver, "? 10.0.17763.1040"},
    {"ver_utf16_big_endian.txt", PastedKind::ver, "? 10.0.17763.1040"},
    {"winver.txt", PastedKind::os_build, "host 10.0.20348.5139 unknown"},
    {"powershell_osversion.txt", PastedKind::prose, "? 10.0.17763"},
    {"build_lab.txt", PastedKind::build_lab, "? 10.0.17763"},
    {"build_lab_2016.txt", PastedKind::build_lab, "? 10.0.14393.4283"},
    {"systeminfo_english.txt", PastedKind::systeminfo,
     "host 10.0.17763 server [Microsoft Windows Server 2019 Datacenter]"},
    {"systeminfo_german_cp850.txt", PastedKind::systeminfo,
     "host 10.0.20348 server [Microsoft Windows Server 2022 Standard]"},
    {"systeminfo_french_utf16.txt", PastedKind::systeminfo,
     "host 10.0.19045 client [Microsoft Windows 10 Entreprise]"},
    {"systeminfo_two_lines.txt", PastedKind::systeminfo, "host 10.0.14393 unknown"},
    {"docker_info.txt", PastedKind::docker_info,
     "host 10.0.17763.1039 server [Microsoft Windows Server Version 1809]"},
    {"docker_info_old_2016.txt", PastedKind::docker_info,
     "host 10.0.14393.2248 server [Windows Server 2016 Datacenter]"},
    {"docker_info_client.txt", PastedKind::docker_info,
     "host 10.0.26200.7171 client [Microsoft Windows Version 25H2]"},
    {"docker_info_linux.txt", PastedKind::docker_info, "docker info is of a linux machine", true},
    {"docker_info.json", PastedKind::docker_info,
     "host 10.0.20348.2527 server [Microsoft Windows Server Version 21H2]"},
    {"docker_info_linux.json", PastedKind::docker_info, "docker info is of a linux machine", true},
    {"docker_inspect.json", PastedKind::docker_inspect,
     "image mcr.microsoft.com/windows/servercore:ltsc2019 10.0.17763.1039; skipped 1"},
    {"docker_inspect_hostprocess.json", PastedKind::docker_inspect, "image registry.example/hpc:v1 none"},
    {"docker_inspect_container.json", PastedKind::docker_inspect, "docker inspect` of a container", true},
    {"docker_inspect_fragment.txt", PastedKind::docker_inspect, "image 10.0.17763.1039 10.0.17763.1039"},
    {"docker_inspect_cut_above.txt", PastedKind::docker_inspect, "image 10.0.17763.1040 10.0.17763.1040"},
    {"docker_inspect_value_cut.txt", PastedKind::docker_inspect, "\"OsVersion\" is cut off", true},
    {"image_config.json", PastedKind::docker_inspect, "image 10.0.17763.3650 10.0.17763.3650"},
    {"docker_images.txt", PastedKind::docker_images,
     "image mcr.microsoft.com/windows/servercore:ltsc2019 unresolved; "
     "image mcr.microsoft.com/windows/servercore:10.0.17763.1040 unresolved; image 9d1b7e5f0c11 unresolved"},
    {"docker_images_lost_repository.txt", PastedKind::docker_images,
     "image 1809 unresolved; image ltsc2019 unresolved"},
    {"docker_images_29.txt", PastedKind::docker_images,
     "image mcr.microsoft.com/windows/nanoserver:ltsc2022 unresolved"},
    {"docker_images_cut.txt", PastedKind::docker_images,
     "image mcr.microsoft.com/windows/servercore:10.0.17763.10 unresolved; "
     "image mcr.microsoft.com/windows/nanoserver:1809 unresolved"},
    {"kubectl_nodes.json", PastedKind::kubectl_nodes,
     "host akswin000000 10.0.17763.1039 server [Windows Server 2019 Datacenter] k8s; "
     "host akswin000001 10.0.20348.2966 server [Windows Server 2022 Datacenter] k8s; skipped 1"},
    {"kubectl_node.json", PastedKind::kubectl_nodes,
     "host win-1 10.0.26100.32860 server [Windows Server 2025 Datacenter] k8s"},
    {"kubectl_nodes_linux.json", PastedKind::kubectl_nodes, "there is no Windows node among these nodes",
     true},
    {"kubectl_nodes_wide.txt", PastedKind::kubectl_nodes,
     "host aksnpwin000000 10.0.20348.2966 server [Windows Server 2022 Datacenter] k8s; "
     "host aksnpwin000001 10.0.17763.6659 server [Windows Server 2019 Datacenter] k8s; skipped 1"},
    {"kubectl_nodes_wide_collapsed.txt", PastedKind::kubectl_nodes,
     "host 10.0.20348.2966 server [Windows Server 2022 Datacenter] k8s"},
    {"kubectl_nodes_wide_cut.txt", PastedKind::kubectl_nodes,
     "node 'aksnpwin000000' names no Windows version", true},
    {"kubectl_describe_node.txt", PastedKind::kubectl_nodes,
     "host win-node-2 10.0.17763.1098 server [Windows Server 2019 Datacenter] k8s"},
    {"kubectl_describe_node_old.txt", PastedKind::kubectl_nodes,
     "host 1234k8s9000 10.0.14393.1715 server [Windows Server 2016 Datacenter] k8s"},
    {"aks_node_image.txt", PastedKind::aks_node_image,
     "host AKSWindows-2022-containerd-20348.2966.241218 10.0.20348.2966 server k8s"},
    {"aks_nodepool_list.json", PastedKind::aks_node_image,
     "host win22 10.0.20348.2966 server k8s; skipped 1"},
    {"aks_nodepool_table.txt", PastedKind::aks_node_image,
     "host AKSWindows-2019-containerd-17763.6659.241218 10.0.17763.6659 server k8s; "
     "host AKSWindows-2022-containerd-20348.2966.241218 10.0.20348.2966 server k8s"},
    {"reg_query.txt", PastedKind::registry_values,
     "host 10.0.14393.3504 server [Windows Server 2016 Datacenter]"},
    {"get_itemproperty.txt", PastedKind::registry_values, "host 10.0.18363.657 client [Windows 10 Pro]"},
    {"values.txt", PastedKind::values, "? 10.0.17763.973; ? 10.0.17763.1040; ? 10.0.14393; ? 10.0.20348"},
    {"values_dotnet_zero.txt", PastedKind::values, "? 10.0.17763"},
    {"references.txt", PastedKind::values,
     "? 10.0.17763.1040; word ltsc2019; word 1809-KB4546852; word windows/nanoserver:1809"},
    {"prose.txt", PastedKind::prose, "? 10.0.17763.1012"},
};

} // namespace

TEST_CASE("the corpus of pasted texts") {
  for (const auto& each : k_corpus) {
    INFO(each.file);
    const auto pasted = read_pasted(corpus(each.file));
    if (each.refused) {
      REQUIRE(!pasted);
      INFO(pasted.error().message());
      CHECK(pasted.error().kind() == ErrorKind::usage);
      CHECK(pasted.error().message().find(each.found) != std::string::npos);
      continue;
    }
    if (!pasted)
      FAIL(pasted.error().to_string());
    CHECK(to_string(pasted->kind) == to_string(each.kind));
    CHECK(summary(*pasted) == each.found);
  }
}

TEST_CASE("every file of the corpus is a case") {
  std::set<std::string> known, there;
  for (const auto& each : k_corpus)
    known.insert(each.file);
  for (const auto& entry : std::filesystem::directory_iterator(TAGDB_SOURCE_DIR "/tests/windows/corpus"))
    there.insert(entry.path().filename().string());
  CHECK(known == there);
}

TEST_CASE("what belongs to the text besides versions") {
  const auto info = read_pasted(corpus("docker_info_client.txt"));
  REQUIRE(info);
  CHECK(info->hosts.front().default_isolation == Isolation::hyperv);
  const auto system = read_pasted(corpus("systeminfo_english.txt"));
  REQUIRE(system);
  CHECK(system->hosts.front().installed ==
        std::vector<Kb>{*Kb::parse("KB4514366"), *Kb::parse("KB4532691"), *Kb::parse("KB4537759")});
  const auto images = read_pasted(corpus("docker_images.txt"));
  REQUIRE(images);
  CHECK(images->images.front().id == "3ac6ab0c2f21");
}

TEST_CASE("a table of images says which word is the name, the digest and the ID") {
  const std::string digest = "sha256:" + std::string(64, 'd');
  const std::string id = "sha256:" + std::string(64, '1');
  struct Case {
    const char* name;
    std::string text;
    std::string image, digest, id;
  };
  const Case cases[] = {
      {"a tag that looks like an ID",
       "REPOSITORY   TAG            IMAGE ID       CREATED       SIZE\napp   0123456789ab   fedcba987654   2 "
       "days ago   5GB",
       "app:0123456789ab", "", "fedcba987654"},
      {"--digests",
       "REPOSITORY   TAG   DIGEST   IMAGE ID   CREATED   SIZE\napp   1   " + digest +
           "   fedcba987654   2 days ago   5GB",
       "app:1", digest, "fedcba987654"},
      {"--digests of an image that was never pushed",
       "REPOSITORY   TAG   DIGEST   IMAGE ID   CREATED   SIZE\napp   1   <none>   fedcba987654   2 days ago  "
       " 5GB",
       "app:1", "", "fedcba987654"},
      {"--digests --no-trunc",
       "REPOSITORY   TAG   DIGEST   IMAGE ID   CREATED   SIZE\napp   1   " + digest + "   " + id +
           "   2 days ago   5GB",
       "app:1", digest, id},
      {"crictl",
       "IMAGE   TAG   IMAGE ID   SIZE\nmcr.microsoft.com/windows/nanoserver   1809   fedcba987654   100MB",
       "mcr.microsoft.com/windows/nanoserver:1809", "", "fedcba987654"}};
  for (const auto& each : cases) {
    INFO(each.name);
    const auto pasted = read_pasted(each.text);
    REQUIRE(pasted);
    REQUIRE(pasted->images.size() == 1);
    CHECK(pasted->images[0].image.name == each.image);
    CHECK(pasted->images[0].digest == each.digest);
    CHECK(pasted->images[0].id == each.id);
  }
}

TEST_CASE("with a side given, a version is of that side, and the other side is refused") {
  const auto hosts = read_hosts("10.0.17763.973");
  REQUIRE(hosts);
  CHECK(hosts->front().version.to_string() == "10.0.17763.973");
  CHECK(hosts->front().sku == Sku::unknown);
  const auto images = read_images("Microsoft Windows [Version 10.0.17763.1040]");
  REQUIRE(images);
  CHECK(images->front().resolved);
  CHECK(images->front().image.version->to_string() == "10.0.17763.1040");
  const auto tag = read_images("1809");
  REQUIRE(tag);
  CHECK(!tag->front().resolved);
  CHECK(tag->front().image.name == "1809");

  struct Case {
    const char* name;
    std::string text;
    bool as_host;
    std::string_view says;
  };
  const Case cases[] = {
      {"an image as a host", corpus("docker_inspect.json"), true, "speaks of an image, not of a host"},
      {"a node as an image", corpus("kubectl_nodes.json"), false, "speaks of a host, not of an image"},
      {"a tag as a host", "ltsc2019", true, "'ltsc2019' is nothing that names a Windows version"},
      {"two words", "not a version", true, "is nothing that names a Windows version"},
      {"empty", "", false, "the text is empty"},
      {"empty host", "  \n\n", true, "the text is empty"},
      {"JSON of something else", "{\"a\":1}", false, "this JSON is neither of docker nor of Kubernetes"},
      {"JSON that is cut", "[{\"Id\": \"sha256:12", false, "this JSON is cut off or damaged"},
      {"a word too long for a reference", std::string(1000, 'a'), false,
       "is nothing that names a Windows version"},
      {"an empty array", "[]", false, "docker found no image"},
      {"terminal escapes", "\x1b[2Jevil host", true, "\\x1B[2Jevil"},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    std::optional<tagdb::base::Error> error;
    if (each.as_host) {
      if (const auto result = read_hosts(each.text); !result)
        error = result.error();
    } else if (const auto result = read_images(each.text); !result) {
      error = result.error();
    }
    REQUIRE(error);
    INFO(error->message());
    CHECK(error->kind() == ErrorKind::usage);
    CHECK(error->message().find(each.says) != std::string::npos);
  }
}

TEST_CASE("hostile input is refused or read, and bounded") {
  CHECK(!read_pasted(std::string((8u << 20) + 1, 'a')));
  CHECK(!read_pasted(std::string(1u << 20, '[')));
  CHECK(!read_pasted("\xFF\xFE\x00\xD8")); // half a pair
  CHECK(!read_pasted("\xFF\xFE\x41"));     // half a unit
  std::string many;
  for (int i = 0; i < 10'001; ++i)
    many += "10.0.17763." + std::to_string(i + 1) + "\n";
  const auto counted = read_pasted(many);
  REQUIRE(!counted);
  CHECK(counted.error().message().find("more than 10000") != std::string::npos);
  CHECK(!read_hosts("10.0.17763.99999999999999999999"));
  CHECK(!read_hosts("10.0.17763.-1"));
  CHECK(!read_hosts("10.0.017763.1"));
}

TEST_CASE("cut, doubled and shuffled corpus texts never crash the readers") {
  std::mt19937 random(20200218); // fixed: a failure must come again
  std::size_t read = 0;
  for (const auto& each : k_corpus) {
    const auto text = corpus(each.file);
    for (int round = 0; round < 40; ++round) {
      auto changed = text.substr(0, random() % (text.size() + 1));
      if (!changed.empty() && round % 2 == 0)
        changed[random() % changed.size()] = static_cast<char>(random() % 256);
      if (round % 5 == 0)
        changed += text;
      if (read_pasted(changed))
        ++read;
    }
  }
  CHECK(read > 0);
}

TEST_CASE("versions of which the revision may not be known") {
  struct Case {
    std::string_view text, printed; ///< printed empty where refused
  };
  const Case cases[] = {
      {"10.0.17763.973", "10.0.17763.973"},
      {"10.0.17763", "10.0.17763"},
      {"17763.973", "10.0.17763.973"},
      {"17763", "10.0.17763"},
      {"6.3.9600", "6.3.9600"},
      {"6.3.9600.1", "6.3.9600.1"},
      {"4.8", ""},
      {"1809", ""},
      {"", ""},
      {"10.0.17763.973.1", ""},
      {"10.0.x", ""},
      {"10.0.", ""},
      {" 17763", ""},
      {"2147483648", ""},
      {"10.0.17763.07", ""},
  };
  for (const auto& each : cases) {
    INFO(each.text);
    const auto version = PartialVersion::parse(each.text);
    REQUIRE(version.has_value() == !each.printed.empty());
    if (version) {
      CHECK(version->to_string() == each.printed);
      CHECK(PartialVersion::parse(version->to_string()) == *version);
    }
  }
}
