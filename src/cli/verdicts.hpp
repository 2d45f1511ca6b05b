#pragma once

#include <tagdb/base/json.hpp>
#include <tagdb/query/compatibility.hpp>
#include <tagdb/windows/compatibility.hpp>

#include <string>
#include <vector>

namespace tagdb::cli {

/// One host with one image, judged.
struct JudgedPair {
  const windows::HostSystem* host = nullptr;
  const query::AskedImage* image = nullptr;
  windows::Isolation isolation = windows::Isolation::process;
  query::JudgedImage judged;
  std::vector<query::Warning> warnings;      ///< of the verdict, then of the image and how it was looked up
  std::vector<windows::HostSupport> support; ///< of the host's own Windows
  windows::Date knowledge_as_of;             ///< how old the knowledge is that judged
};

/// The image that was chosen for hosts, or that there is none.
struct ChosenImage {
  std::vector<windows::HostSystem> hosts;
  query::ImageCandidates candidates;
  std::optional<windows::Isolation> isolation; ///< nothing where the hosts' defaults differ
  windows::Choice choice;
  /// Of the host that is worst off with the chosen image; where there is none, why the first image that had
  /// the verdict was passed over.
  windows::Compatibility answer;
  std::optional<query::Resolution> resolution; ///< of the chosen tag
  std::vector<query::Warning> warnings;
  std::vector<windows::HostSupport> support; ///< each product once
  windows::Date knowledge_as_of;

  /// "mcr.microsoft.com/windows/servercore:10.0.17763.973"; empty where none runs.
  std::string reference() const;
};

/// The exit code of the worst verdict (cli.md section 5).
int exit_code_of(windows::Verdict verdict, bool strict);

/// A warning as it is logged: where an option helps, with it.
std::string warning_for_people(const query::Warning& warning);

/// `compat --format json`, one line.
std::string pair_document(const JudgedPair& pair, base::Instant now);
/// One pair as a block; several as a table, with what is not simply yes explained below, alike pairs
/// together.
std::string pairs_text(const std::vector<JudgedPair>& pairs, bool color);

std::string chosen_document(const ChosenImage& chosen, base::Instant now);
std::string chosen_text(const ChosenImage& chosen, bool color);

} // namespace tagdb::cli
