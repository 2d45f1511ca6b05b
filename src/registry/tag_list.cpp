#include "client_impl.hpp"
#include "listing.hpp"
#include "refusal.hpp"
#include <tagdb/net/hop.hpp>

#include <fmt/format.h>

#include <unordered_set>

namespace tagdb::registry {

namespace {
constexpr std::size_t k_max_list_page = 64u << 20;
constexpr unsigned k_max_pages = 10'000;
constexpr std::size_t k_max_tags = 1'000'000;
} // namespace

struct RegistryClient::Impl::Listing {
  oci::RepositoryName repository;
  Handler<TagList> done;
  net::Url page;
  bool public_only = false;
  unsigned page_size; ///< 0: as the server likes
  std::unordered_set<std::string> pages_seen{};
  std::unordered_set<std::string> names_seen{};
  TagList list{};

  std::string what() const { return fmt::format("tag list of {}", repository.to_string()); }
  std::string first_page() const {
    return "/v2/" + repository.to_string() + "/tags/list" +
           (page_size ? fmt::format("?n={}", page_size) : std::string());
  }
};

void RegistryClient::list_tags(const oci::RepositoryName& repository, Handler<TagList> done) {
  auto listing = std::make_shared<Impl::Listing>(
      Impl::Listing{repository, std::move(done), m_impl->endpoint.url, false, 1000});
  listing->page = m_impl->endpoint.url.at(listing->first_page());
  m_impl->list_page(std::move(listing));
}

void RegistryClient::Impl::list_page(std::shared_ptr<Listing> listing) {
  listing->pages_seen.insert(listing->page.to_string());
  ask({.url = listing->page,
       .accept = "application/json",
       .max_body = k_max_list_page,
       .scope = scope_of(listing->repository),
       .public_only = listing->public_only},
      [this, listing](base::Result<net::Response> answer) {
        if (!answer)
          return listing->done(std::move(answer).error().while_doing("reading the " + listing->what()));
        take_page(listing, *answer);
      });
}

void RegistryClient::Impl::take_page(std::shared_ptr<Listing> listing, const net::Response& answer) {
  const auto give_up = [&](base::ErrorKind kind, std::string_view code, std::string_view why,
                           std::string hint = {}) {
    listing->done(final_error(
        kind, answer, std::string(code),
        fmt::format("the {} from {} is not usable: {}", listing->what(), answer.url.authority(), why),
        std::move(hint)));
  };
  if (answer.status != 200) {
    // Some servers limit the page size by refusing a larger one.
    const bool refuses_size = answer.status == 400 || answer.status == 413 || answer.status == 414 ||
                              answer.status == 416 || answer.status == 422;
    if (refuses_size && listing->list.pages == 0 && listing->page_size != 0) {
      listing->page_size = listing->page_size > 100 ? 100 : 0;
      listing->page = endpoint.url.at(listing->first_page());
      return list_page(std::move(listing));
    }
    return listing->done(refusal(answer, listing->what()));
  }
  if (is_web_page(answer))
    return listing->done(web_page(answer, listing->what()));
  auto names = parse_tag_page(answer.body);
  if (!names)
    return give_up(base::ErrorKind::network, "BAD_LIST", names.error().message(), "is this a registry?");

  for (auto& name : *names) {
    if (!listing->names_seen.insert(name).second)
      continue;
    auto& target = oci::Tag::parse(name) ? listing->list.tags : listing->list.invalid;
    target.push_back(std::move(name));
  }
  ++listing->list.pages;

  const auto link = next_link(answer.headers.find_all("Link"));
  if (!link)
    return listing->done(std::move(listing->list));
  auto hop = net::follow(answer, *link);
  if (!hop)
    return give_up(base::ErrorKind::network, "BAD_LINK", hop.error().message());
  // The token and the trust belong to this registry: its list may not go on somewhere else.
  if (!hop->same_origin)
    return give_up(base::ErrorKind::network, "BAD_LINK",
                   fmt::format("its next page is on another host ({})", hop->url.origin()));
  if (listing->pages_seen.contains(hop->url.to_string()))
    return give_up(base::ErrorKind::network, "LOOP", "its next page is one that was read before");
  if (listing->list.pages >= k_max_pages || listing->names_seen.size() > k_max_tags)
    return give_up(base::ErrorKind::network, "ENDLESS",
                   fmt::format("it does not end ({} pages, {} tags so far)", listing->list.pages,
                               listing->names_seen.size()));
  listing->page = std::move(hop->url);
  listing->public_only = hop->public_only;
  list_page(std::move(listing));
}

} // namespace tagdb::registry
