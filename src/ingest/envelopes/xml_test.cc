#include "ingest/envelopes/xml.h"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/text.h"
#include "ingest/envelopes/windows_xml.h"

namespace custos::ingest {
namespace xml_test {
namespace {

// "<a  @n=v  'text'  >" for Open, Attribute, Text, Close.
std::string tokens(std::string_view text, std::size_t depth = 16, const char** why = nullptr) {
  Arena arena;
  XmlScanner scanner(text, depth);
  std::string out;
  for (XmlToken t; scanner.next(t);) {
    const std::string value(t.verbatim ? t.text : xml_text(t.text, arena));
    if (t.kind == XmlToken::Kind::Open) out += "<" + std::string(t.name);
    if (t.kind == XmlToken::Kind::Attribute) out += " @" + std::string(t.name) + "=" + value;
    if (t.kind == XmlToken::Kind::Text) out += "'" + value + "'";
    if (t.kind == XmlToken::Kind::Close) out += ">";
  }
  if (why != nullptr) *why = scanner.why();
  return out;
}

TEST(Xml, elements_attributes_and_texts) {
  const std::pair<const char*, const char*> rows[] = {
      {"<a/>", "<a>"},
      {"<a></a>", "<a>"},
      {"\xEF\xBB\xBF <?xml version=\"1.0\"?><!-- x --> <a>t</a> behind", "<a't'>"},
      {"<a x=\"1\" y = '2' z=3 w><b/>t<c>u</c ></a>", "<a @x=1 @y=2 @z=3<b>'t'<c'u'>>"},
      {"<a x=\"&lt;&#65;&#x1F600;&amp;amp;\">&apos;&quot;&gt;</a>", "<a @x=<A\xF0\x9F\x98\x80&amp;''\">'>"},
      {"<a x='/'/>", "<a @x=/>"},
      {"<a x='>'>t</a>", "<a @x=>'t'>"},
      {"<a>1<!-- - -->2<![CDATA[<b>&amp;]]]>3<?p q?>4</a>", "<a'1''2''<b>&amp;]''3''4'>"},
      {"<a>x < y << <1 & z</a>", "<a'x < y << <1 & z'>"},
      {"<a>cmd <b x=\"1 <c/></a>", "<a'cmd <b x=\"1 '<c>>"},
      {"<evt:a xmlns:evt='u'/>", "<evt:a @xmlns:evt=u>"},
  };
  for (const auto& [text, expected] : rows) {
    const char* why = "?";
    EXPECT_EQ(tokens(text, 16, &why), expected) << text;
    EXPECT_EQ(why, nullptr) << text << ": " << why;
  }
}

TEST(Xml, references_that_are_none_stay_and_impossible_characters_are_replaced) {
  Arena arena;
  EXPECT_EQ(xml_text("&nbsp; & &; &#; &#x; &#12a; &lt", arena), "&nbsp; & &; &#; &#x; &#12a; &lt");
  EXPECT_EQ(xml_text("&#0;&#xD800;&#x110000;&#xFFFFFFFFF;", arena), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD&#xFFFFFFFFF;");
  EXPECT_EQ(xml_text("&#x80;&#x7FF;&#x800;&#xFFFF;&#x10000;", arena), "\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF\xF0\x90\x80\x80");
}

TEST(Xml, what_is_cut_off_is_closed_where_it_ends) {
  const std::string whole = "<a x=\"1\"><b>text</b><!-- c --><![CDATA[d]]><?p?><e/></a>";
  for (std::size_t n = 0; n < whole.size(); ++n) {
    const char* why = nullptr;
    const std::string got = tokens(whole.substr(0, n), 16, &why);
    ASSERT_NE(why, nullptr) << n;
    EXPECT_EQ(std::count(got.begin(), got.end(), '<'), std::count(got.begin(), got.end(), '>')) << n;
  }
  EXPECT_EQ(tokens("<a><b>te"), "<a<b'te'>>");
  EXPECT_EQ(tokens("<a><b x=\"1"), "<a>");
}

TEST(Xml, tags_that_do_not_match_depth_and_definitions) {
  const char* why = nullptr;
  EXPECT_EQ(tokens("<a><b>1</a>2", 16, &why), "<a<b'1'>>");
  EXPECT_STREQ(why, "XML whose tags do not match");
  EXPECT_EQ(tokens("<a>1</b>2</a>", 16, &why), "<a'1''2'>");
  EXPECT_STREQ(why, "XML whose tags do not match");
  EXPECT_EQ(tokens("<a><b><c>1</c></b></a>", 2, &why), "<a<b>>");
  EXPECT_STREQ(why, "XML nested too deep");
  EXPECT_EQ(tokens("<!DOCTYPE a [<!ENTITY x \"yyyy\">]><a>&x;</a>", 16, &why), "");
  EXPECT_STREQ(why, "XML with a document type definition");
  EXPECT_EQ(tokens("<a>1<!ENTITY x 'y'>2</a>", 16, &why), "<a'1'>");
  EXPECT_EQ(tokens("text <a/>", 16, &why), "");
  EXPECT_STREQ(why, "no XML");
  EXPECT_EQ(tokens("", 16, &why), "");
  EXPECT_STREQ(why, "no XML");
}

// Looking again and again for what is not there would take hours.
TEST(Xml, broken_text_costs_linear_time) {
  for (const std::string_view part : {"<a ", "<a \"", "<a '<a \"", "&", "&#", "<!--", "<a>1<!---->", "</a", "<a/", "< ", "<a>", "<a x='"}) {
    std::string text = "<Event>";
    while (text.size() < 2'000'000) text += part;
    tokens(text);
    Names names;
    LogSources sources;
    Batch batch(names, sources);
    batch.begin(text, 0, 1);
    WindowsXml({}).read(text, 0, 20'000, batch, nullptr);
  }
}

struct Bench {
  Names names;
  LogSources sources;
  Batch batch{names, sources};
  Limits limits;
  WindowsXml xml{limits};
  WindowsXml::Result result;

  // "name=text;" of every field; null is "name;".
  std::string read(std::string_view text, std::size_t most = 100) {
    batch.clear();
    batch.begin(text, 0, 1);
    result = xml.read(text, 7, most, batch, nullptr);
    batch.end();
    std::string out;
    for (const Field& f : batch.fields(0)) {
      out += std::string(names.text(f.name)) + (f.type == Type::Null ? "" : "=" + std::string(f.text())) + ";";
      const std::string_view at = f.at < text.size() ? text.substr(f.at, f.size) : std::string_view{};
      EXPECT_TRUE(f.at == 7 || at == f.text()) << names.text(f.name);
    }
    return out;
  }
};

TEST(WindowsXml, the_flat_names_of_an_event) {
  Bench b;
  EXPECT_EQ(b.read("<Event xmlns='u'><System><Provider Name='P' Guid='{g}' EventSourceName='E'/><EventID Qualifiers='5'>1</EventID><Level>4</Level>"
                   "<TimeCreated SystemTime='2024-03-15T10:00:00Z'/><Correlation/><Execution ProcessID='1' ThreadID='2'/><Channel>C</Channel>"
                   "<Security UserId='0'/></System>\r\n  <EventData Name='N'>\r\n<Data Name='Image'>C:\\a &amp; b  </Data><Data Name='Empty'/>"
                   "<Data>x</Data><Data>y</Data><Other/></EventData><RenderingInfo Culture='en'><Message>m</Message>"
                   "<Keywords><Keyword>k</Keyword></Keywords></RenderingInfo></Event>"),
            "Provider_Name=P;Provider_Guid={g};EventSourceName=E;EventID_Qualifiers=5;EventID=1;Level=4;TimeCreated_SystemTime=2024-03-15T10:00:00Z;"
            "Execution_ProcessID=1;Execution_ThreadID=2;Channel=C;Security_UserID=0;EventData.Name=N;Image=C:\\a & b;Empty=;Data=x;Data=y;Other;"
            "RenderingInfo.Culture=en;RenderingInfo.Message=m;RenderingInfo.Keywords.Keyword=k;");
  EXPECT_EQ(b.result.why, nullptr);
}

TEST(WindowsXml, data_alone_and_user_data) {
  Bench b;
  EXPECT_EQ(b.read("<EventData xmlns=\"u\"><Data Name=\"A\">1</Data></EventData>"), "A=1;");
  EXPECT_EQ(b.read("<DataItem type='t' time='x'><EventData><Data>1</Data></EventData></DataItem>"), "Data=1;");
  EXPECT_EQ(b.read("<UserData><W xmlns:a='u' v='1'><S>a</S><Deep q='r'><er>1</er></Deep><E/></W></UserData>"), "W.v=1;S=a;Deep.q=r;Deep.er=1;E;");
  EXPECT_EQ(b.read("<EventData><Data Name='A'>1<!-- -->2<![CDATA[&]]></Data></EventData>"), "A=12&;");
  for (const char* other : {"<Events/>", "<EventX>1</EventX>", "<html><Data Name='A'>1</Data></html>", "<Event", "text", ""}) EXPECT_EQ(b.read(other), "") << other;
}

TEST(WindowsXml, what_is_cut_off_and_what_is_too_much) {
  Bench b;
  EXPECT_EQ(b.read("<Event><System><EventID>1</EventID></System><EventData><Data Name='A'>1</Data><Data Name='Co"), "EventID=1;A=1;");
  EXPECT_STREQ(b.result.why, "XML that is cut off");
  EXPECT_EQ(b.read("<EventData><Data Name='A'>1</Data><Data Name='B'>2</Data></EventData>", 1), "A=1;");
  EXPECT_TRUE(b.result.full);
}

TEST(WindowsXml, what_the_record_says_already_is_not_said_twice) {
  Bench b;
  const std::string_view text = "<Event><System><Computer>ws</Computer><Level>4</Level></System></Event>";
  b.batch.begin(text, 0, 1);
  b.batch.add("Computer", "ws");
  b.batch.add("Level", "info");
  EXPECT_EQ(b.xml.read(text, 0, 100, b.batch, nullptr).fields, 1u);
}

// What is written and read again is the same, whatever characters it has.
TEST(WindowsXml, values_come_back_as_they_were_written) {
  std::mt19937 random(7);
  const std::vector<std::string> pieces{"a", "<", ">", "&", "\"", "'", "&amp;", "]]>", "\xC3\xA4", "\xF0\x9F\x98\x80", "\\", "/", "=", "<b>", "<!--", " x"};
  Bench b;
  for (int round = 0; round < 2000; ++round) {
    std::string xml = "<Event><EventData>", expected;
    for (std::size_t i = 0; i < random() % 6; ++i) {
      std::string value = "v", written = "v";
      for (std::size_t n = random() % 8; n > 0; --n) {
        const std::string& piece = pieces[random() % pieces.size()];
        value += piece;
        for (const char c : piece) {
          const auto byte = static_cast<unsigned char>(c);
          const bool must = c == '<' || c == '&';
          if (must || (byte < 0x80 && random() % 5 == 0)) {
            written += c == '<' && random() % 2 == 0 ? "&lt;" : c == '&' && random() % 2 == 0 ? "&amp;" : "&#" + std::to_string(byte) + ";";
          } else {
            written += c;
          }
        }
      }
      xml += "<Data Name=\"N" + std::to_string(i) + "\">" + written + "</Data>";
      expected += "N" + std::to_string(i) + "=" + value + ";";
    }
    ASSERT_EQ(b.read(xml + "</EventData></Event>"), expected) << xml;
    ASSERT_EQ(b.result.why, nullptr);
  }
}

}  // namespace
}  // namespace xml_test
}  // namespace custos::ingest
