#include "api/multipart.hpp"

#include "api/http.hpp"
#include "text/lines.hpp"

#include <algorithm>

namespace nextjob::api {

namespace {

constexpr std::size_t maxPartHeader = 8192;
constexpr int mostParts = 100;

// Takes `"quoted \" text"` off the front of rest, or a bare word up to the next semicolon.
std::string takeValue(std::string_view& rest) {
    std::string value;
    if (!rest.starts_with('"')) {
        value = text::trim(rest.substr(0, rest.find(';')));
        rest.remove_prefix(std::min(rest.find(';'), rest.size()));
        return value;
    }
    rest.remove_prefix(1);
    while (!rest.empty() && rest.front() != '"') {
        if (rest.front() == '\\' && rest.size() > 1 && (rest[1] == '"' || rest[1] == '\\')) rest.remove_prefix(1);
        value += rest.front();
        rest.remove_prefix(1);
    }
    rest.remove_prefix(std::min(rest.find(';'), rest.size()));
    return value;
}

std::string withoutFolders(std::string name) {
    const auto slash = name.find_last_of("/\\");
    return slash == std::string::npos ? name : name.substr(slash + 1);
}

}  // namespace

std::string mediaType(std::string_view header) {
    std::string type(text::trim(header.substr(0, header.find(';'))));
    std::ranges::transform(type, type.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return type;
}

std::string headerParameter(std::string_view header, std::string_view name) {
    std::string_view rest = header.substr(std::min(header.find(';'), header.size()));
    while (!rest.empty()) {
        rest.remove_prefix(1);  // the semicolon
        const auto equals = rest.find_first_of("=;");
        if (equals == std::string_view::npos) return {};
        const std::string_view key = text::trim(rest.substr(0, equals));
        const bool hasValue = rest[equals] == '=';
        rest.remove_prefix(hasValue ? equals + 1 : equals);
        if (!hasValue) continue;
        rest = rest.substr(std::min(rest.find_first_not_of(" \t"), rest.size()));
        std::string value = takeValue(rest);
        if (equalIgnoringCase(key, name)) return value;
    }
    return {};
}

// The body is read as if a line end came before it, so that the first boundary looks like all others.
MultipartReader::MultipartReader(std::string_view boundary, Sink sink)
    : delimiter_("\r\n--" + std::string(boundary)), sink_(std::move(sink)), kept_("\r\n") {
    if (boundary.empty() || boundary.size() > 70) state_ = State::Broken;
}

bool MultipartReader::feed(std::string_view piece) {
    if (state_ == State::Done) return true;  // an epilogue says nothing
    kept_ += piece;
    while (state_ != State::Broken && state_ != State::Done && step()) {
    }
    return state_ != State::Broken;
}

// One step on what is kept; false when more is needed first.
bool MultipartReader::step() {
    switch (state_) {
        case State::Preamble:
        case State::Content: return readContent();
        case State::AfterBoundary: return readBoundaryEnd();
        case State::Header: return readHeader();
        case State::Done:
        case State::Broken: break;
    }
    return false;
}

bool MultipartReader::readContent() {
    const auto found = kept_.find(delimiter_);
    // What may be the beginning of a delimiter stays until more is known.
    const std::size_t sure = found != std::string::npos          ? found
                             : kept_.size() >= delimiter_.size() ? kept_.size() - delimiter_.size() + 1
                                                                 : 0;
    if (inFile_ && sure > 0) sink_(std::string_view(kept_).substr(0, sure));
    if (found == std::string::npos) {
        kept_.erase(0, sure);
        return false;
    }
    kept_.erase(0, found + delimiter_.size());
    inFile_ = false;
    state_ = State::AfterBoundary;
    return true;
}

bool MultipartReader::readBoundaryEnd() {
    if (kept_.size() < 2) return false;
    if (kept_.starts_with("--")) {
        state_ = State::Done;
        kept_.clear();
        return false;
    }
    const auto end = kept_.find("\r\n");
    if (end == std::string::npos) {
        if (kept_.size() > maxPartHeader) state_ = State::Broken;
        return false;
    }
    if (!text::trim(std::string_view(kept_).substr(0, end)).empty()) {
        state_ = State::Broken;
        return false;
    }
    kept_.erase(0, end);  // the line end stays: a part without header begins with an empty line
    state_ = State::Header;
    return true;
}

bool MultipartReader::readHeader() {
    const auto end = kept_.find("\r\n\r\n");
    if (std::min(end, kept_.size()) > maxPartHeader) {
        state_ = State::Broken;
        return false;
    }
    if (end == std::string::npos) return false;
    if (parts_ == mostParts) {
        state_ = State::Broken;
        return false;
    }
    beginPart(std::string_view(kept_).substr(0, end));
    kept_.erase(0, end + 4);
    state_ = State::Content;
    return true;
}

void MultipartReader::beginPart(std::string_view header) {
    ++parts_;
    std::string disposition;
    std::string type;
    while (!header.empty()) {
        const std::string_view line = header.substr(0, header.find("\r\n"));
        header.remove_prefix(std::min(header.size(), line.size() + 2));
        const auto colon = line.find(':');
        if (colon == std::string_view::npos) continue;
        const std::string_view value = text::trim(line.substr(colon + 1));
        if (equalIgnoringCase(line.substr(0, colon), "Content-Disposition")) disposition = value;
        if (equalIgnoringCase(line.substr(0, colon), "Content-Type")) type = value;
    }
    std::string file = withoutFolders(headerParameter(disposition, "filename"));
    if (foundFile_ || (file.empty() && headerParameter(disposition, "name") != "file")) return;
    foundFile_ = inFile_ = true;
    fileName_ = std::move(file);
    contentType_ = std::move(type);
}

}  // namespace nextjob::api
