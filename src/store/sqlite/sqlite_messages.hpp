#pragma once

#include "store/import_counts.hpp"
#include "store/imports.hpp"
#include "store/messages.hpp"
#include "store/sqlite/database.hpp"

namespace nextjob::store::sqlite {

class SqliteMessages final : public Messages {
  public:
    explicit SqliteMessages(Database& database) : database_(database) {}

    Task<Result<MessageRecord>> find(UserId user, MessageId id) override;
    Task<Result<MessageRecord>> findByKey(UserId user, std::string key) override;
    Task<Result<UserId>> ownerOf(MessageId id) override;
    Task<Result<std::vector<MessageRecord>>> findAtSource(UserId user, std::string source,
                                                          std::string sourceId) override;
    Task<Result<std::vector<bool>>> known(UserId user, std::vector<std::string> keys) override;
    Task<Result<std::vector<bool>>> knownAt(UserId user, std::string source, std::vector<std::string> ids) override;
    Task<Result<std::vector<bool>>> mark(UserId user, std::string source, std::vector<std::string> ids) override;
    Task<Result<MessageRecord>> want(UserId user, MessageId id) override;
    Task<Result<Page<MessageRecord>>> list(UserId user, MessageFilter filter, PageRequest page) override;
    Task<Result<MessageCounts>> counts(UserId user) override;

  private:
    Database& database_;
};

class SqliteImports final : public Imports {
  public:
    explicit SqliteImports(Database& database) : database_(database) {}

    Task<Result<Import>> create(NewImport import) override;
    Task<Result<Import>> find(UserId user, ImportId id) override;
    Task<Result<Page<Import>>> list(UserId user, PageRequest page) override;
    Task<Result<void>> received(ImportId id, std::uint64_t bytes) override;
    Task<Result<Import>> readingFinished(ImportProgress progress) override;
    Task<Result<void>> fail(ImportId id, std::string error) override;
    Task<Result<std::uint64_t>> unreadBytes(UserId user) override;
    Task<Result<std::vector<Import>>> unfinished() override;

  private:
    Database& database_;
};

// Of rows of a state and how many messages are in it.
MessageCounts readCounts(Query query);

// Ends the import when nothing of it waits any more.
void addToImport(Connection& connection, ImportId import, const ImportCounts& counts, Timestamp now);

}  // namespace nextjob::store::sqlite
