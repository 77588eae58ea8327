#include "analyse/skills/skill_finder.hpp"

#include "analyse/skills/alphabet.hpp"
#include "model/embedded.hpp"
#include "text/fold.hpp"

#include <gmock/gmock.h>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace nextjob::analyse {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const SkillFinder& finder() {
    static const SkillFinder instance;
    return instance;
}

std::vector<std::string> found(std::string_view text) {
    std::vector<std::string> names;
    for (const auto& mention : finder().find(text)) names.emplace_back(mention.skill->name);
    return names;
}

TEST(SkillFinder, findsNamesAndAliasesInAnyCase) {
    EXPECT_THAT(found("python, POSTGRES and kubernetes"), ElementsAre("Python", "PostgreSQL", "Kubernetes"));
    EXPECT_THAT(found("K8s / golang / reactjs"), ElementsAre("Kubernetes", "Go", "React"));
}

TEST(SkillFinder, mentionCoversTheWordsOfTheText) {
    const std::string text = "Über 5 Jahre mit Postgres.";
    const auto mentions = finder().find(text);
    ASSERT_EQ(mentions.size(), 1U);
    EXPECT_EQ(text.substr(mentions[0].span.begin, mentions[0].span.size()), "Postgres");
}

TEST(SkillFinder, longestNameWins) {
    EXPECT_THAT(found("React Native"), ElementsAre("React Native"));
    EXPECT_THAT(found("React, React Native"), ElementsAre("React", "React Native"));
    EXPECT_THAT(found("JavaScript"), ElementsAre("JavaScript"));
    EXPECT_THAT(found("Spring Boot"), ElementsAre("Spring Boot"));
    EXPECT_THAT(found("ASP.NET Core"), ElementsAre("ASP.NET"));
    EXPECT_THAT(found("Vue.js"), ElementsAre("Vue.js"));
    EXPECT_THAT(found("machine learning engineer"), ElementsAre("Machine learning"));
}

TEST(SkillFinder, knowsNamesWithSigns) {
    EXPECT_THAT(found("C++, C#, F#, .NET, Node.js"), ElementsAre("C++", "C#", "F#", ".NET", "Node.js"));
    EXPECT_THAT(found("C/C++"), ElementsAre("C++"));
    EXPECT_THAT(found("Modern C++17 and Python3"), ElementsAre("C++", "Python"));
    EXPECT_THAT(found("Objective-C or Objective C"), ElementsAre("Objective-C", "Objective-C"));
    EXPECT_THAT(found("A/B testing, CI/CD"), ElementsAre("A/B testing", "CI/CD"));
    EXPECT_THAT(found("PL/SQL; T-SQL"), ElementsAre("PL/SQL", "T-SQL"));
    EXPECT_THAT(found("We use C#."), ElementsAre("C#"));
    EXPECT_THAT(found("REST APIs"), ElementsAre("REST APIs"));
}

TEST(SkillFinder, hyphensSpacesAndAccentsDoNotMatter) {
    EXPECT_THAT(found("scikit learn; Scikit-Learn"), ElementsAre("scikit-learn", "scikit-learn"));
    EXPECT_THAT(found("electricien"), ElementsAre("Electrical installation"));
    EXPECT_THAT(found("machine\xC2\xA0learning"), ElementsAre("Machine learning"));
    EXPECT_THAT(found("Java\xE2\x80\x91"
                      "Entwickler"),
                ElementsAre("Java"));
}

TEST(SkillFinder, partsOfWordsAreNoSkills) {
    EXPECT_THAT(found("Javanese, Pythonic, scalable, excellent, googol"), IsEmpty());
    EXPECT_THAT(found("éGit gitä"), IsEmpty());
}

TEST(SkillFinder, ordinaryWordsAreNoSkills) {
    for (const auto* text : {"Go to our site",
                             "Go further with us",
                             "We go beyond",
                             "C-level executives",
                             "vitamin C",
                             "Plan C",
                             "Series C funding",
                             "R&B and R & B",
                             "You excel at selling",
                             "Excel at what you do",
                             "a swift reply",
                             "Spring 2026 internship",
                             "join us this spring",
                             "Access to gym",
                             "Word of mouth",
                             "no rust on the roof",
                             "we express thanks",
                             "our chef cooks",
                             "La Scala in Milan",
                             "a glass flask",
                             "a sketch of the plan",
                             "the assembly hall",
                             "Less is more",
                             "a rest room",
                             "John C. Smith",
                             "Category D",
                             "Go, team!",
                             "react to change quickly",
                             "French company",
                             "Polish your CV",
                             "Access, Word of honour",
                             "at the helm",
                             "unity of purpose",
                             "Class C shares",
                             "the node of the network",
                             "Vitamins C, D and E"})
        EXPECT_THAT(found(text), IsEmpty()) << text;
}

TEST(SkillFinder, ambiguousNamesCountInTheirContext) {
    EXPECT_THAT(found("Senior Go Developer"), ElementsAre("Go"));
    EXPECT_THAT(found("Go-Entwickler (m/w/d)"), ElementsAre("Go"));
    EXPECT_THAT(found("Java, C, Go and R"), ElementsAre("Java", "C", "Go", "R"));
    EXPECT_THAT(found("R, Python"), ElementsAre("R", "Python"));
    EXPECT_THAT(found("programming in C"), ElementsAre("C"));
    EXPECT_THAT(found("Rust engineer"), ElementsAre("Rust"));
    EXPECT_THAT(found("Swift/Kotlin"), ElementsAre("Swift", "Kotlin"));
    EXPECT_THAT(found("SQL, Excel, Word and Access"),
                ElementsAre("SQL", "Microsoft Excel", "Microsoft Word", "Microsoft Access"));
    EXPECT_THAT(found("experience with Spring"), ElementsAre("Spring"));
    EXPECT_THAT(found("Docker, Chef or Puppet"), ElementsAre("Docker", "Chef", "Puppet"));
    EXPECT_THAT(found("fluent in German and French"), ElementsAre("German", "French"));
    EXPECT_THAT(found("German (C1)"), ElementsAre("German"));
    EXPECT_THAT(found("Figma, Sketch"), ElementsAre("Figma", "Sketch"));
}

TEST(SkillFinder, readsSevenLanguages) {
    EXPECT_THAT(found("Développeur Java, anglais courant"), ElementsAre("Java", "English"));
    EXPECT_THAT(found("Buchhalter mit sehr guten Englischkenntnissen"), ElementsAre("Accounting", "English"));
    EXPECT_THAT(found("atención al cliente"), ElementsAre("Customer service"));
    EXPECT_THAT(found("Księgowa, znajomość języka angielskiego"), ElementsAre("Accounting", "English"));
    EXPECT_THAT(found("Разработчиков на Java, английский язык"),
                ElementsAre("Software development", "Java", "English"));
    EXPECT_THAT(found("Бухгалтера, знання англійської"), ElementsAre("Accounting", "English"));
}

TEST(SkillFinder, addressesAreNoSkills) {
    EXPECT_THAT(found("jobs@oracle.com or https://python.org/jobs/java/1?lang=php"), IsEmpty());
    EXPECT_THAT(found("www.docker.com/kubernetes, github.com"), IsEmpty());
    EXPECT_THAT(found("We love Docker.You too?"), ElementsAre("Docker"));
}

TEST(SkillFinder, readsNothingOutsideTheSpan) {
    const std::string text = "Java Python Docker";
    const auto mentions = finder().find(text, {5, 11});
    ASSERT_EQ(mentions.size(), 1U);
    EXPECT_EQ(mentions[0].skill->name, "Python");
    EXPECT_EQ(mentions[0].span, (Span{5, 11}));
    EXPECT_THAT(finder().find(text, {100, 200}), IsEmpty());
    EXPECT_THAT(finder().find("", {0, 5}), IsEmpty());
}

TEST(SkillFinder, distinctKeepsTheFirstPlace) {
    const auto mentions = finder().findDistinct("Docker, docker and Java", {0, 100});
    ASSERT_EQ(mentions.size(), 2U);
    EXPECT_EQ(mentions[0].span, (Span{0, 6}));
    EXPECT_EQ(mentions[1].skill->name, "Java");
}

TEST(SkillFinder, survivesBytesThatAreNotUtf8) {
    std::string text = "Java \xFF\xFE Python \xC3";
    text.push_back('\0');
    text += " Docker \xE2\x80";
    EXPECT_THAT(found(text), ElementsAre("Java", "Python", "Docker"));
}

TEST(SkillFinder, looksUpNamesAndAliases) {
    ASSERT_NE(finder().byName("postgres"), nullptr);
    EXPECT_EQ(finder().byName("postgres")->name, "PostgreSQL");
    EXPECT_EQ(finder().byName(" c++ ")->name, "C++");
    EXPECT_EQ(finder().byName("go")->name, "Go");
    EXPECT_EQ(finder().byName("vitamin c"), nullptr);
    EXPECT_EQ(finder().byName("no such skill"), nullptr);
    EXPECT_EQ(finder().byName(""), nullptr);
}

TEST(SkillFinder, everyNameIsFoundByItself) {
    for (const Skill& skill : finder().all()) {
        const Skill* same = finder().byName(skill.name);
        ASSERT_NE(same, nullptr) << skill.name;
        EXPECT_EQ(same->name, skill.name);
    }
}

TEST(SkillTaxonomy, isLargeAndCoversManyFields) {
    std::set<std::string_view> categories;
    for (const Skill& skill : finder().all()) categories.insert(skill.category);
    EXPECT_GE(finder().all().size(), 1000U);
    EXPECT_GE(categories.size(), 20U);
}

TEST(SkillTaxonomy, isSortedAndNoFormBelongsToTwoSkills) {
    const auto taxonomy = readTaxonomy(embedded("analyse/skills/data/skills.tsv"));
    std::map<std::string_view, std::string> last;
    std::set<std::string> names;
    for (const Skill& skill : taxonomy.skills) {
        const std::string folded = text::fold(skill.name);
        EXPECT_LT(last[skill.category], folded) << skill.name << " stands in the wrong place";
        last[skill.category] = folded;
        EXPECT_TRUE(names.insert(folded).second) << skill.name << " is there twice";
    }
    const Alphabet alphabet;
    std::map<std::string, const SkillForm*> owners;
    for (const SkillForm& form : taxonomy.forms) {
        const auto [owner, fresh] = owners.emplace(alphabet.encode(form.text), &form);
        EXPECT_TRUE(fresh || owner->second->skill == form.skill)
            << form.text << " is a form of " << taxonomy.skills[form.skill].name << " and of "
            << taxonomy.skills[owner->second->skill].name;
    }
}

TEST(SkillTaxonomy, refusesDataThatIsNotWellFormed) {
    EXPECT_THROW(readTaxonomy("Python\tpy\n"), std::runtime_error);
    EXPECT_THROW(readTaxonomy("@category\tlanguage\n"), std::runtime_error);
    EXPECT_THROW(readTaxonomy("@category\ta\tb\nPython\tpy |  | python 3\n"), std::runtime_error);
    EXPECT_THROW(readTaxonomy("@category\ta\tb\nPython\tpy\tmore\n"), std::runtime_error);
}

}  // namespace
}  // namespace nextjob::analyse
