#pragma once
#include <string>
#include <string_view>
namespace custos::behavior {
inline void normalise(std::string_view s, std::string& out) {
  out.clear();
  bool d=false;
  for (char c : s) { if (c>='A'&&c<='Z') c=char(c|32); if (c>='0'&&c<='9') { if(!d) out+='0'; d=true; } else { d=false; out+=c; } }
}
}
