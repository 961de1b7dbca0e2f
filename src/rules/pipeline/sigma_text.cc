#include "rules/pipeline/sigma_text.h"

#include <algorithm>

namespace custos::rules::pipeline {
namespace sigma_text {
namespace {

bool escapable(char c) { return c == '*' || c == '?' || c == '\\'; }

void add_literal(std::string& out, std::string_view text, bool wildcard_follows) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '*' || c == '?') out += '\\';
    if (c == '\\' && (i + 1 < text.size() ? escapable(text[i + 1]) : wildcard_follows)) out += '\\';
    out += c;
  }
}

}  // namespace
}  // namespace sigma_text

SigmaText SigmaText::parse(std::string_view raw) {
  SigmaText out;
  std::string literal;
  const auto flush = [&] {
    out.add({Piece::Kind::Literal, std::move(literal)});
    literal.clear();
  };
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const char c = raw[i];
    if (c == '\\' && i + 1 < raw.size() && sigma_text::escapable(raw[i + 1])) {
      literal += raw[++i];
    } else if (c == '*' || c == '?') {
      flush();
      out.pieces_.push_back({c == '*' ? Piece::Kind::Star : Piece::Kind::One, {}});
    } else {
      literal += c;
    }
  }
  flush();
  return out;
}

SigmaText SigmaText::literal(std::string_view text) {
  SigmaText out;
  out.add({Piece::Kind::Literal, std::string(text)});
  return out;
}

std::string SigmaText::raw() const {
  std::string out;
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    const Piece& piece = pieces_[i];
    switch (piece.kind) {
      case Piece::Kind::Literal: {
        const Piece::Kind next = i + 1 < pieces_.size() ? pieces_[i + 1].kind : Piece::Kind::Placeholder;
        sigma_text::add_literal(out, piece.text, next != Piece::Kind::Placeholder);
        break;
      }
      case Piece::Kind::Star: out += '*'; break;
      case Piece::Kind::One: out += '?'; break;
      case Piece::Kind::Placeholder: out += '%' + piece.text + '%'; break;
    }
  }
  return out;
}

std::string SigmaText::shown() const {
  std::string out;
  for (const Piece& piece : pieces_) {
    if (piece.kind == Piece::Kind::Literal) {
      for (const char c : piece.text) {
        if (c == '*' || c == '?') out += '\\';
        out += c;
      }
    } else if (piece.kind == Piece::Kind::Placeholder) {
      out += '%' + piece.text + '%';
    } else {
      out += piece.kind == Piece::Kind::Star ? '*' : '?';
    }
  }
  return out;
}

void SigmaText::add(Piece piece) {
  if (piece.kind == Piece::Kind::Literal) {
    if (piece.text.empty()) return;
    if (!pieces_.empty() && pieces_.back().kind == Piece::Kind::Literal) {
      pieces_.back().text += piece.text;
      return;
    }
  }
  pieces_.push_back(std::move(piece));
}

void SigmaText::add(const SigmaText& more) {
  for (const Piece& piece : more.pieces_) add(piece);
}

void SigmaText::insert_placeholders() {
  SigmaText out;
  for (Piece& piece : pieces_) {
    if (piece.kind != Piece::Kind::Literal) {
      out.add(std::move(piece));
      continue;
    }
    const std::string& text = piece.text;
    std::size_t at = 0, kept = 0;
    while ((at = text.find('%', at)) != std::string::npos) {
      const std::size_t end = text.find('%', at + 1);
      if (end == std::string::npos) break;
      std::string name = text.substr(at + 1, end - at - 1);
      if (name.empty() || name.find('\\') != std::string::npos) {
        ++at;
        continue;
      }
      out.add({Piece::Kind::Literal, text.substr(kept, at - kept)});
      out.add({Piece::Kind::Placeholder, std::move(name)});
      at = kept = end + 1;
    }
    out.add({Piece::Kind::Literal, text.substr(kept)});
  }
  pieces_ = std::move(out.pieces_);
}

void SigmaText::star_front() {
  if (pieces_.empty() || pieces_.front().kind != Piece::Kind::Star)
    pieces_.insert(pieces_.begin(), {Piece::Kind::Star, {}});
}

void SigmaText::star_back() {
  if (pieces_.empty() || pieces_.back().kind != Piece::Kind::Star) pieces_.push_back({Piece::Kind::Star, {}});
}

bool SigmaText::has(Piece::Kind kind) const {
  return std::any_of(pieces_.begin(), pieces_.end(), [&](const Piece& piece) { return piece.kind == kind; });
}

}  // namespace custos::rules::pipeline
