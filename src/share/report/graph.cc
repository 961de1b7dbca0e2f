#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "share/report/paper.h"

namespace custos::share::paper {
namespace graph_section {
namespace {

constexpr std::size_t kMostNodes = 40, kMostEdges = 120, kMostRows = 14, kLabel = 22;
constexpr std::size_t kColumns = 4;  // outside, accounts, computers, programs
constexpr double kWidth = 800, kRow = 48, kBox = 164, kTop = 8;

struct Node {
  std::string kind, role, value;
  std::size_t more = 0;  // of a group: how many
  std::set<std::uint32_t> evidence;
  std::size_t column = 0;
  double x = 0, y = 0, pull = 0;
};

std::size_t column_of(std::string_view kind) { return kind == "account" ? 1 : kind == "host" ? 2 : kind == "program" ? 3 : 0; }

// Of one column the first as they are, the others as one for each kind and role, or for each kind; at most `rows`.
std::vector<Node> some_of(const std::vector<const IncidentEntity*>& column, std::size_t rows, std::size_t& grouped) {
  const auto group = [](const IncidentEntity& e, bool by_role) { return std::pair(e.kind, by_role ? e.role : std::string("involved")); };
  std::size_t alone = column.size() <= rows ? column.size() : rows - 1;
  bool by_role = true;
  std::map<std::pair<std::string, std::string>, Node> groups;
  for (;; alone > 0 ? --alone : (by_role = false)) {
    groups.clear();
    for (std::size_t k = alone; k < column.size(); ++k) {
      const IncidentEntity& e = *column[k];
      const auto key = group(e, by_role);
      Node& g = groups.try_emplace(key, Node{key.first, key.second, "", 0, {}, column_of(e.kind)}).first->second;
      ++g.more;
      g.evidence.insert(e.evidence.begin(), e.evidence.end());
    }
    if (alone + groups.size() <= rows || (alone == 0 && !by_role)) break;
  }
  std::vector<Node> nodes;
  for (std::size_t k = 0; k < alone; ++k) {
    const IncidentEntity& e = *column[k];
    nodes.push_back({e.kind, e.role, e.value, 0, {e.evidence.begin(), e.evidence.end()}, column_of(e.kind)});
  }
  for (auto& [key, g] : groups) {
    if (nodes.size() < rows) nodes.push_back(std::move(g));
  }
  grouped += column.size() - alone;
  return nodes;
}

// At most kMostRows in a column, so that it fits a page, and kMostNodes in all.
std::vector<Node> nodes_of(const Incident& i, std::size_t& grouped) {
  std::array<std::vector<const IncidentEntity*>, kColumns> columns;
  for (const IncidentEntity& e : i.entities) columns[column_of(e.kind)].push_back(&e);
  for (std::size_t rows = kMostRows;; --rows) {
    std::vector<Node> nodes;
    grouped = 0;
    for (const auto& column : columns) {
      for (Node& n : some_of(column, rows, grouped)) nodes.push_back(std::move(n));
    }
    if (nodes.size() <= kMostNodes) return nodes;
  }
}

struct Edge {
  std::size_t a = 0, b = 0, weight = 0;
};

// Computers are joined with whom and what the same evidence names; where none is named, the others with each other.
std::vector<Edge> edges_of(const std::vector<Node>& nodes) {
  std::map<std::uint32_t, std::vector<std::size_t>> by_evidence;
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    for (const std::uint32_t e : nodes[n].evidence) by_evidence[e].push_back(n);
  }
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> weights;
  for (const auto& [evidence, of] : by_evidence) {
    const bool has_host = std::any_of(of.begin(), of.end(), [&](std::size_t n) { return nodes[n].kind == "host"; });
    for (std::size_t a = 0; a < of.size(); ++a) {
      for (std::size_t b = a + 1; b < of.size(); ++b) {
        const bool joins = !has_host || nodes[of[a]].kind == "host" || nodes[of[b]].kind == "host";
        if (joins) ++weights[{of[a], of[b]}];
      }
    }
  }
  std::vector<Edge> edges;
  for (const auto& [pair, weight] : weights) edges.push_back({pair.first, pair.second, weight});
  std::stable_sort(edges.begin(), edges.end(), [](const Edge& a, const Edge& b) { return a.weight > b.weight; });
  return edges;
}

// Columns by kind; within one, near what it is joined with, in a fixed number of passes.
double lay_out(std::vector<Node>& nodes, const std::vector<Edge>& edges) {
  std::array<std::vector<std::size_t>, kColumns> columns;
  for (std::size_t n = 0; n < nodes.size(); ++n) columns[nodes[n].column].push_back(n);
  std::size_t used = 0, longest = 0;
  for (const auto& c : columns) {
    used += c.empty() ? 0 : 1;
    longest = std::max(longest, c.size());
  }
  const double height = kTop + kRow * static_cast<double>(longest);
  const auto place = [&] {
    for (const auto& c : columns) {
      const double step = c.empty() ? 0 : (height - kTop) / static_cast<double>(c.size());
      for (std::size_t k = 0; k < c.size(); ++k) nodes[c[k]].y = kTop + step * (static_cast<double>(k) + 0.5);
    }
  };
  place();
  for (int pass = 0; pass < 6; ++pass) {
    for (auto& c : columns) {
      for (const std::size_t n : c) {
        double sum = 0, weight = 0;
        for (const Edge& e : edges) {
          if (e.a != n && e.b != n) continue;
          sum += nodes[e.a == n ? e.b : e.a].y * static_cast<double>(e.weight);
          weight += static_cast<double>(e.weight);
        }
        nodes[n].pull = weight > 0 ? sum / weight : nodes[n].y;
      }
      std::stable_sort(c.begin(), c.end(), [&](std::size_t a, std::size_t b) { return nodes[a].pull < nodes[b].pull; });
    }
    place();
  }
  std::size_t at = 0;
  for (const auto& c : columns) {
    if (c.empty()) continue;
    const double x = used == 1 ? kWidth / 2 : kBox / 2 + 16 + static_cast<double>(at) * (kWidth - kBox - 32) / static_cast<double>(used - 1);
    for (const std::size_t n : c) nodes[n].x = x;
    ++at;
  }
  return height;
}

// The outline of its kind, `grow` wider on every side.
std::string outline(const Node& n, double grow) {
  const double w = kBox / 2 + grow, h = 17 + grow, x = n.x, y = n.y;
  if (n.kind == "host") return fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"", x - w, y - h, 2 * w, 2 * h);
  if (n.kind == "account")
    return fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" rx=\"{:.1f}\"", x - w, y - h, 2 * w, 2 * h, h);
  if (n.kind == "program") {
    return fmt::format("<path d=\"M{:.1f} {:.1f}H{:.1f}L{:.1f} {:.1f}H{:.1f}z\"", x - w + 14, y - h, x + w, x + w - 14, y + h, x - w);
  }
  if (n.kind == "domain") {
    const double corner = 14;
    return fmt::format("<path d=\"M{:.1f} {:.1f}L{:.1f} {:.1f}H{:.1f}L{:.1f} {:.1f}L{:.1f} {:.1f}H{:.1f}z\"", x - w, y, x - w + corner, y - h, x + w - corner,
                       x + w, y, x + w - corner, y + h, x - w + corner);
  }
  return fmt::format("<path d=\"M{:.1f} {:.1f}L{:.1f} {:.1f}L{:.1f} {:.1f}L{:.1f} {:.1f}z\"", x - w, y, x, y - h - 5, x + w, y, x, y + h + 5);
}

void append_node(Page& p, const Node& n) {
  const bool first = n.role == "foothold" || n.role == "first account";
  const bool strong = first || n.role == "command and control" || n.role == "destination";
  p.raw("<g><title>").word(kind_word(p.w(), n.kind), n.kind).raw(", ").word(role_word(p.w(), n.role), n.role);
  if (n.more == 0) p.raw(": ").label(n.value, 300);
  p.raw("</title>");
  p.raw(outline(n, 0)).raw(fmt::format(" class=\"shape{}{}\"/>", strong ? " strong" : "", n.role == "contacted" || n.more > 0 ? " dashed" : ""));
  if (first) p.raw(outline(n, 4)).raw(" class=\"inner\"/>");
  p.raw(fmt::format("<text{} x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">", n.more > 0 ? " class=\"small\"" : "", n.x,
                    n.y + (n.role == "involved" || n.more > 0 ? 4.5 : -1)));
  if (n.more > 0) {
    p.fixed(p.w().grouped_node, n.more, "").word(role_word(p.w(), n.role), n.role);
  } else {
    p.label(n.value, n.kind == "address" ? 18 : kLabel);
  }
  p.raw("</text>");
  if (n.role != "involved" && n.more == 0) {
    p.raw(fmt::format("<text class=\"small\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">", n.x, n.y + 12.5))
        .word(role_word(p.w(), n.role), n.role)
        .raw("</text>");
  }
  p.raw("</g>\n");
}

void append_edge(Page& p, const Node& a, const Node& b, std::size_t weight) {
  const double width = weight > 9 ? 3 : weight > 3 ? 2 : 1;
  const Node &left = a.x <= b.x ? a : b, &right = a.x <= b.x ? b : a;
  const double half = kBox / 2;
  if (a.x == b.x) {  // in one column: around the side
    const double side = a.x + half;
    p.raw(fmt::format("<path class=\"edge\" stroke-width=\"{}\" d=\"M{:.1f} {:.1f}C{:.1f} {:.1f} {:.1f} {:.1f} {:.1f} {:.1f}\"/>\n", width, side, a.y,
                      side + 40, a.y, side + 40, b.y, side, b.y));
    return;
  }
  const double from = left.x + half, to = right.x - half, middle = (from + to) / 2;
  p.raw(fmt::format("<path class=\"edge\" stroke-width=\"{}\" d=\"M{:.1f} {:.1f}C{:.1f} {:.1f} {:.1f} {:.1f} {:.1f} {:.1f}\"/>\n", width, from, left.y, middle,
                    left.y, middle, right.y, to, right.y));
}

}  // namespace
}  // namespace graph_section

void append_graph(Page& p, const ReportIncident& i, std::size_t n) {
  using namespace graph_section;
  p.section(fmt::format("incident-{}-graph", n), p.w().graph, 3);
  std::size_t grouped = 0;
  auto nodes = nodes_of(i.incident, grouped);
  if (nodes.empty()) {
    p.raw("<p>").fixed(p.w().graph_empty).raw("</p>").end_section();
    return;
  }
  auto edges = edges_of(nodes);
  const std::size_t all = edges.size();
  if (edges.size() > kMostEdges) edges.resize(kMostEdges);
  const double height = lay_out(nodes, edges) + 10;
  p.raw(fmt::format("<figure><svg viewBox=\"0 0 {} {:.0f}\" role=\"img\" aria-label=\"", kWidth, height)).fixed(p.w().graph).raw("\">\n");
  for (const Edge& e : edges) append_edge(p, nodes[e.a], nodes[e.b], e.weight);
  for (const Node& node : nodes) append_node(p, node);
  p.raw("</svg><figcaption>").fixed(p.w().graph_note);
  if (grouped > 0) p.raw(" ").fixed(p.w().graph_grouped, grouped, i.incident.entities.size());
  if (all > edges.size()) p.raw(" ").fixed(p.w().graph_lines, all, edges.size());
  p.raw("</figcaption></figure>\n").end_section();
}

}  // namespace custos::share::paper
