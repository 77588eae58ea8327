#include "analyse/skills/skill_finder.hpp"

#include <benchmark/benchmark.h>

#include <string>

namespace {

using nextjob::analyse::SkillFinder;

// Text as job mails have it: sentences, lists, links; repeated to `size`.
std::string jobText(std::string_view language, std::size_t size) {
    constexpr std::string_view english =
        "We are looking for a Senior Backend Engineer to join our growing platform team in Berlin. You will "
        "design, "
        "build and run services that millions of people use every day, and you will work with product "
        "managers and "
        "designers.\nWhat you bring: 5+ years with Python or Go, PostgreSQL, Kafka; experience with AWS, "
        "Docker and "
        "Kubernetes; good communication. We offer flexible hours, 30 days of holiday and a budget for "
        "learning.\n"
        "https://jobs.example.com/view/4012345678?utm_source=alert&position=3\nApply now - 2 days ago - Full "
        "time\n";
    constexpr std::string_view russian =
        "Ищем опытного разработчика на Python в команду платформы. Вам предстоит проектировать и развивать "
        "сервисы, "
        "которыми каждый день пользуются миллионы людей. Мы ждём: опыт от пяти лет, PostgreSQL, Kafka, "
        "Docker, "
        "английский язык.\nПредлагаем гибкий график и обучение за счёт компании.\n";
    std::string text;
    while (text.size() < size) text += language == "ru" ? russian : english;
    return text;
}

void construct(benchmark::State& state) {
    std::size_t memory = 0;
    for ([[maybe_unused]] auto _ : state) {
        const SkillFinder finder;
        memory = finder.memory();
    }
    state.counters["bytes"] = static_cast<double>(memory);
}
BENCHMARK(construct)->Unit(benchmark::kMillisecond);

void find(benchmark::State& state, std::string_view language) {
    const SkillFinder finder;
    const std::string text = jobText(language, 64U << 10U);
    for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(finder.find(text));
    state.SetBytesProcessed(static_cast<std::int64_t>(text.size()) * state.iterations());
}
BENCHMARK_CAPTURE(find, english, "en");
BENCHMARK_CAPTURE(find, russian, "ru");

// The worst that a mail can hold: nothing but doubtful names.
void findHostile(benchmark::State& state, std::string_view unit) {
    const SkillFinder finder;
    std::string text;
    while (text.size() < (64U << 10U)) text += unit;
    for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(finder.find(text));
    state.SetBytesProcessed(static_cast<std::int64_t>(text.size()) * state.iterations());
}
BENCHMARK_CAPTURE(findHostile, doubtful_list, "Go, C, R, ");
BENCHMARK_CAPTURE(findHostile, one_long_token, "/go/c/r");
BENCHMARK_CAPTURE(findHostile, nearly_a_name, "microsoft sql serve ");

}  // namespace
