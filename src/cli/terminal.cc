#include "cli/terminal.h"

#include <termios.h>

#include <cstdio>
#include <memory>

namespace custos::cli {

std::optional<std::string> read_hidden(const std::string& prompt) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> terminal(std::fopen("/dev/tty", "r+e"), std::fclose);
  termios before{};
  if (!terminal || tcgetattr(fileno(terminal.get()), &before) != 0) return std::nullopt;
  termios silent = before;
  silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  std::fputs(prompt.c_str(), terminal.get());
  std::fflush(terminal.get());
  tcsetattr(fileno(terminal.get()), TCSAFLUSH, &silent);
  std::string line;
  for (int c = std::fgetc(terminal.get()); c != EOF && c != '\n'; c = std::fgetc(terminal.get())) line += static_cast<char>(c);
  tcsetattr(fileno(terminal.get()), TCSAFLUSH, &before);
  std::fputc('\n', terminal.get());
  return line;
}

}  // namespace custos::cli
