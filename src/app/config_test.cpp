#include "app/config.hpp"

#include "app/secrets.hpp"
#include "support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>

namespace nextjob::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Environment environmentOf(std::map<std::string, std::string> variables) {
    variables.try_emplace("HOME", "/home/ada");
    return {
        .get = [variables](const std::string& name) -> std::optional<std::string> {
            const auto found = variables.find(name);
            return found == variables.end() ? std::nullopt : std::optional(found->second);
        },
        .names =
            [variables] {
                std::vector<std::string> names;
                for (const auto& [name, value] : variables) names.push_back(name);
                return names;
            },
    };
}

Config valid(std::map<std::string, std::string> variables) {
    auto config = readConfig(environmentOf(std::move(variables)));
    if (!config) throw std::runtime_error(config.error().message);
    return *config;
}

std::string fault(std::map<std::string, std::string> variables) {
    const auto config = readConfig(environmentOf(std::move(variables)));
    return config ? "none" : config.error().message;
}

const std::string goodSecret(40, 's');

TEST(Config, NeedsNothing) {
    const auto config = valid({});
    EXPECT_EQ(config.host, "127.0.0.1");
    EXPECT_EQ(config.port, 8000);
    EXPECT_EQ(config.dataDirectory, "/home/ada/.local/share/nextjob");
    EXPECT_EQ(config.database.engine, DatabaseEngine::Sqlite);
    EXPECT_EQ(config.database.url, "sqlite:////home/ada/.local/share/nextjob/nextjob.db");
    EXPECT_FALSE(config.redisUrl);
}

TEST(Config, FindsTheDataDirectory) {
    EXPECT_EQ(valid({{"XDG_DATA_HOME", "/x"}}).dataDirectory, "/x/nextjob");
    EXPECT_EQ(valid({{"XDG_DATA_HOME", "relative"}}).dataDirectory, "/home/ada/.local/share/nextjob");
    EXPECT_EQ(valid({{"NEXTJOB_DATA_DIR", "/srv/jobs"}, {"XDG_DATA_HOME", "/x"}}).dataDirectory, "/srv/jobs");
    EXPECT_THAT(fault({{"NEXTJOB_DATA_DIR", "jobs"}}), HasSubstr("absolute"));
}

TEST(Config, ReadsDatabaseUrls) {
    const auto sqlite = valid({{"DATABASE_URL", "sqlite:////var/lib/jobs.db"}}).database;
    EXPECT_EQ(sqlite.engine, DatabaseEngine::Sqlite);
    EXPECT_EQ(sqlite.url, "sqlite:////var/lib/jobs.db");
    EXPECT_EQ(valid({{"DATABASE_URL", "postgresql://a:b@c/d"}}).database.engine, DatabaseEngine::Postgres);
    const auto unknown = fault({{"DATABASE_URL", "mysql://root:hunter2@host/db"}});
    EXPECT_THAT(unknown, HasSubstr("mysql"));
    EXPECT_THAT(unknown, ::testing::Not(HasSubstr("hunter2")));
}

TEST(Config, ChecksNumbers) {
    EXPECT_EQ(valid({{"PORT", "0"}}).port, 0);
    EXPECT_THAT(fault({{"PORT", "65536"}}), HasSubstr("PORT is \"65536\""));
    EXPECT_THAT(fault({{"PORT", "80a"}}), HasSubstr("PORT"));
    EXPECT_EQ(valid({}).uploadQuota, 50ULL << 30U);
    EXPECT_EQ(valid({{"UPLOAD_QUOTA_MIB", "3"}}).uploadQuota, 3ULL << 20U);
    EXPECT_THAT(fault({{"UPLOAD_QUOTA_MIB", "lots"}}), HasSubstr("UPLOAD_QUOTA_MIB"));
    EXPECT_EQ(valid({{"ACCESS_TOKEN_LIFETIME_MINUTES", "5"}}).accessTokenLifetime, std::chrono::minutes(5));
    EXPECT_THAT(fault({{"ACCESS_TOKEN_LIFETIME_MINUTES", "0"}}), HasSubstr("ACCESS_TOKEN_LIFETIME_MINUTES"));
}

TEST(Config, ReadsRedisByUrlOrHost) {
    EXPECT_EQ(valid({{"REDIS_HOST", "queue"}}).redisUrl, "redis://queue:6379/0");
    EXPECT_EQ(valid({{"REDIS_HOST", "queue"}, {"REDIS_URL", "rediss://other:1/2"}}).redisUrl, "rediss://other:1/2");
    EXPECT_THAT(fault({{"REDIS_URL", "queue:6379"}}), HasSubstr("redis://"));
}

TEST(Config, SplitsAllowedHosts) {
    EXPECT_THAT(valid({{"ALLOWED_HOSTS", " a.example , b.example,"}}).allowedHosts,
                ElementsAre("a.example", "b.example"));
    EXPECT_THAT(fault({{"ALLOWED_HOSTS", " , "}}), HasSubstr("ALLOWED_HOSTS"));
}

TEST(Config, NamesServicesBySecret) {
    const auto config = valid({{"SERVICE_SECRET_GMAIL_SERVICE", goodSecret}});
    EXPECT_EQ(config.serviceSecrets.at("gmail_service"), goodSecret);
    EXPECT_THAT(fault({{"SERVICE_SECRET_GMAIL_SERVICE", "short"}}), HasSubstr("SERVICE_SECRET_GMAIL_SERVICE"));
}

TEST(Config, RefusesShortSecretsAndOtherAlgorithms) {
    EXPECT_THAT(fault({{"SECRET_KEY", "short"}}), HasSubstr("openssl rand"));
    EXPECT_THAT(fault({{"SERVICE_JWT_SECRET", "short"}}), HasSubstr("SERVICE_JWT_SECRET"));
    EXPECT_THAT(fault({{"SERVICE_JWT_ALG", "none"}}), HasSubstr("HS256"));
}

TEST(Secrets, AreMadeOnceAndKeptPrivate) {
    const TemporaryDirectory directory;
    const auto config = valid({{"NEXTJOB_DATA_DIR", directory.path().string()}});
    const auto first = openSecrets(config);
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_GE(first->secretKey.size(), minimumSecretBytes);
    EXPECT_NE(first->secretKey, first->serviceJwtSecret);
    EXPECT_EQ(openSecrets(config)->secretKey, first->secretKey);

    const auto file = directory.path() / "secrets.env";
    struct stat status{};
    ASSERT_EQ(::stat(file.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
    ::chmod(file.c_str(), 0644);
    EXPECT_THAT(openSecrets(config).error().message, HasSubstr("chmod 600"));
}

TEST(Secrets, OfTheEnvironmentComeFirst) {
    const TemporaryDirectory directory;
    const auto secrets = openSecrets(valid({{"NEXTJOB_DATA_DIR", directory.path().string()},
                                            {"SECRET_KEY", goodSecret},
                                            {"SERVICE_JWT_SECRET", std::string(32, 'j')}}));
    ASSERT_TRUE(secrets);
    EXPECT_EQ(secrets->secretKey, goodSecret);
    EXPECT_FALSE(std::filesystem::exists(directory.path() / "secrets.env"));
}

TEST(Secrets, MustBeGivenWithPostgres) {
    const TemporaryDirectory directory;
    const auto secrets = openSecrets(valid({{"NEXTJOB_DATA_DIR", directory.path().string()},
                                            {"DATABASE_URL", "postgresql://host/db"},
                                            {"SECRET_KEY", goodSecret}}));
    ASSERT_FALSE(secrets);
    EXPECT_THAT(secrets.error().message, HasSubstr("SERVICE_JWT_SECRET is not set"));
    EXPECT_FALSE(std::filesystem::exists(directory.path() / "secrets.env"));
}

TEST(DataDirectory, IsMadePrivate) {
    const TemporaryDirectory directory;
    const auto made = directory.path() / "a" / "b";
    ASSERT_TRUE(openDataDirectory(made));
    struct stat status{};
    ASSERT_EQ(::stat(made.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0700U);
    ASSERT_TRUE(openDataDirectory(made));
    std::ofstream(made / "file") << "x";
    EXPECT_THAT(openDataDirectory(made / "file").error().message, HasSubstr("is not a directory"));
}

TEST(BackendConfig, NamesTheBackendOfAWorkerApart) {
    EXPECT_FALSE(valid({}).backend);
    const auto backend = valid({{"BACKEND_BASE_URL", "https://jobs.example/"}}).backend;
    EXPECT_EQ(backend->baseUrl, "https://jobs.example");
    EXPECT_EQ(backend->authUrl, "https://jobs.example");
    EXPECT_EQ(valid({{"BACKEND_BASE_URL", "https://jobs.example"}, {"SERVICE_AUTH_URL", "http://127.0.0.1:9"}})
                  .backend->authUrl,
              "http://127.0.0.1:9");
    for (const char* url : {"jobs.example", "ftp://jobs.example", "https://", "https://a:b@jobs.example"})
        EXPECT_THAT(fault({{"BACKEND_BASE_URL", url}}), HasSubstr("BACKEND_BASE_URL")) << url;
}

TEST(BackendConfig, LetsPlainHttpPassOnlyWhenToldTo) {
    EXPECT_THAT(fault({{"BACKEND_BASE_URL", "http://backend:8000"}}), HasSubstr("BACKEND_PLAIN_HTTP=allow"));
    const auto backend = valid({{"BACKEND_BASE_URL", "http://backend:8000"}, {"BACKEND_PLAIN_HTTP", "allow"}}).backend;
    EXPECT_THAT(backend->plainHosts, testing::Contains("backend"));
    EXPECT_THAT(fault({{"BACKEND_BASE_URL", "https://a.example"}, {"BACKEND_PLAIN_HTTP", "1"}}),
                HasSubstr("BACKEND_PLAIN_HTTP"));
}

TEST(BackendConfig, AWorkerNeedsItsSecret) {
    const auto config =
        valid({{"BACKEND_BASE_URL", "https://jobs.example"}, {"SERVICE_SECRET_DIGEST_GENERATOR", goodSecret}});
    const auto options = backendOptions(*config.backend, config.serviceSecrets, "digest_generator");
    ASSERT_TRUE(options);
    EXPECT_EQ(options->secret, goodSecret);
    EXPECT_THAT(backendOptions(*config.backend, config.serviceSecrets, "gmail_service").error().message,
                HasSubstr("SERVICE_SECRET_GMAIL_SERVICE is not set"));
}

TEST(GoogleConfig, IsThereWhenItHasAClientId) {
    EXPECT_FALSE(valid({}).google);
    const auto google =
        valid({{"GOOGLE_CLIENT_ID", "web"}, {"GOOGLE_CLIENT_SECRET", "s"}, {"GOOGLE_APP_CLIENT_IDS", "ios, android"}})
            .google;
    EXPECT_EQ(google->options.clientId, "web");
    EXPECT_THAT(google->options.otherClientIds, ElementsAre("ios", "android"));
    EXPECT_EQ(google->options.oauthUrl, "https://oauth2.googleapis.com");
    EXPECT_EQ(google->gmailUrl, "https://gmail.googleapis.com");
    EXPECT_THAT(fault({{"GOOGLE_CLIENT_SECRET", "s"}}), HasSubstr("GOOGLE_CLIENT_ID"));
}

TEST(GoogleConfig, AnnouncementsComeToATopic) {
    const auto with = [](const std::string& topic) {
        return std::map<std::string, std::string>{{"GOOGLE_CLIENT_ID", "web"}, {"GOOGLE_PUBSUB_TOPIC", topic}};
    };
    EXPECT_EQ(valid({{"GOOGLE_CLIENT_ID", "web"}}).google->pubsubTopic, "");
    EXPECT_EQ(valid(with("projects/p-1/topics/mail")).google->pubsubTopic, "projects/p-1/topics/mail");
    for (const char* topic : {"mail", "projects//topics/mail", "projects/p/topics/", "projects/p/topics/a b"})
        EXPECT_THAT(fault(with(topic)), HasSubstr("GOOGLE_PUBSUB_TOPIC")) << topic;
}

TEST(GoogleConfig, PushesAreMadeForTheAddressThatTheyGoTo) {
    const std::map<std::string, std::string> pushed{{"GOOGLE_CLIENT_ID", "web"},
                                                    {"GOOGLE_PUSH_ACCOUNT", "p@x.example"}};
    const auto with = [&pushed](std::map<std::string, std::string> more) {
        more.insert(pushed.begin(), pushed.end());
        return more;
    };
    EXPECT_EQ(valid({{"GOOGLE_CLIENT_ID", "web"}}).google->options.push.account, "");
    EXPECT_EQ(valid(with({{"PUBLIC_URL", "https://jobs.example/"}})).google->options.push.audience,
              "https://jobs.example/integrations/gmail/push");
    EXPECT_EQ(valid(with({{"GOOGLE_PUSH_AUDIENCE", "ours"}})).google->options.push.audience, "ours");
    EXPECT_THAT(fault(pushed), HasSubstr("PUBLIC_URL"));
}

TEST(Config, RegistrationIsOpenOrClosed) {
    EXPECT_TRUE(valid({}).registrationOpen);
    EXPECT_FALSE(valid({{"REGISTRATION", "closed"}}).registrationOpen);
    EXPECT_THAT(fault({{"REGISTRATION", "no"}}), HasSubstr("REGISTRATION"));
}

TEST(GoogleConfig, SecretsGoOverTlsOrToThisMachine) {
    const auto with = [](const std::string& url) {
        return std::map<std::string, std::string>{{"GOOGLE_CLIENT_ID", "web"}, {"GOOGLE_OAUTH_URL", url}};
    };
    EXPECT_EQ(valid(with("http://127.0.0.1:99/")).google->options.oauthUrl, "http://127.0.0.1:99");
    EXPECT_EQ(valid(with("https://google.example/base")).google->options.oauthUrl, "https://google.example/base");
    for (const char* url :
         {"http://google.example", "ftp://127.0.0.1", "google.example", "https://", "https://a.b/?x=1"})
        EXPECT_THAT(fault(with(url)), HasSubstr("GOOGLE_OAUTH_URL")) << url;
}

}  // namespace
}  // namespace nextjob::app
