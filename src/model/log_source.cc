#include "model/log_source.h"

namespace custos {

std::string LogSource::text() const {
  if (unknown()) return "unknown";
  std::string s = product.empty() ? "any" : product;
  if (!service.empty()) s += "/" + service;
  for (std::size_t i = 0; i < categories.size(); ++i) s += (i == 0 ? "/" : "+") + categories[i];
  return s;
}

LogSources::LogSources() : sources_(1) {}

LogSourceId LogSources::intern(std::string_view product, std::string_view service, std::string_view categories) {
  std::string key;
  key.append(product).append("\x1f").append(service).append("\x1f").append(categories);
  if (const auto it = ids_.find(key); it != ids_.end()) return it->second;
  if (product.empty() && service.empty() && categories.empty()) return kUnknownSource;
  if (sources_.size() >= 4096) return kUnknownSource;
  LogSource source{std::string(product), std::string(service), {}};
  while (!categories.empty()) {
    const std::size_t blank = categories.find(' ');
    source.categories.emplace_back(categories.substr(0, blank));
    categories = blank == std::string_view::npos ? std::string_view{} : categories.substr(blank + 1);
  }
  const auto id = static_cast<LogSourceId>(sources_.size());
  sources_.push_back(std::move(source));
  ids_.emplace(std::move(key), id);
  return id;
}

}  // namespace custos
