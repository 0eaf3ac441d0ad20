#include "object/file_store.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "base/error.h"
#include "base/log.h"
#include "bytes/byte_source_testing.h"
#include "object/file_testing.h"

namespace sluice {
namespace {

namespace fs = std::filesystem;

class FileStoreTest : public testing::Test {
 protected:
  std::string Root(const std::string& name = "") const { return outer_.path() + "/root" + name; }
  void SetUp() override {
    outer_.Write("root/a.ndjson", "inside");
    outer_.Write("secret", "outside");
    store_ = NewFileStore(Root());
  }
  ObjectRef Ref(const std::string& path) const { return {"", "", path, ""}; }
  std::string Read(const std::string& path) { return ReadAll(*store_->Open(Ref(path), {}).bytes); }
  std::vector<std::string> Names(const std::string& prefix = "") {
    std::vector<std::string> names;
    for (const ObjectStat& stat : store_->List("", prefix, "").objects) {
      names.push_back(stat.ref.key.substr(outer_.path().size()));
    }
    return names;
  }
  template <class Call>
  static std::string CodeOf(Call call) {
    try {
      call();
    } catch (const Error& error) {
      EXPECT_EQ(error.origin(), Origin::kSluice);
      EXPECT_NE(error.remedy(), "");
      return error.code();
    }
    return "none";
  }

  TestDirectory outer_;
  std::unique_ptr<ObjectStore> store_;
};

TEST_F(FileStoreTest, NamesTheHostAsItsStore) {
  EXPECT_TRUE(store_->Stat(Ref(Root("/a.ndjson"))).ref.store.starts_with("file://"));
}

TEST_F(FileStoreTest, AFileMayBeTheRoot) {
  store_ = NewFileStore(Root("/a.ndjson"));
  EXPECT_EQ(Names(), std::vector<std::string>{"/root/a.ndjson"});
  EXPECT_EQ(Read(Root("/a.ndjson")), "inside");
  EXPECT_EQ(CodeOf([&] { Read(outer_.path() + "/secret"); }), "AccessDenied");
}

TEST_F(FileStoreTest, KeysDoNotDependOnHowTheRootWasReached) {
  fs::create_directory_symlink(Root(), outer_.path() + "/link");
  store_ = NewFileStore(outer_.path() + "/link/../link/");
  EXPECT_EQ(Names(), std::vector<std::string>{"/root/a.ndjson"});
}

TEST_F(FileStoreTest, NoPathLeavesTheRoot) {
  fs::create_symlink("../secret", Root("/link"));
  fs::create_directory_symlink("..", Root("/up"));
  for (const char* path : {"/../secret", "/link", "/up/secret", "/./a.ndjson", "//a.ndjson",
                           "/up/root/../secret", "/"}) {
    EXPECT_EQ(CodeOf([&] { Read(Root(path)); }), "AccessDenied") << path;
    EXPECT_EQ(CodeOf([&] { store_->Put(Ref(Root(path)), "x"); }),
              std::string(path) == "/link" ? "none" : "AccessDenied")
        << path;
  }
  for (const char* path : {"", "a.ndjson", "/etc/passwd", "/proc/self/environ"}) {
    EXPECT_EQ(CodeOf([&] { Read(path); }), "AccessDenied") << path;
  }
  EXPECT_EQ(CodeOf([&] { Read(std::string("/\0x", 3)); }), "AccessDenied");
  EXPECT_EQ(CodeOf([&] { store_->Remove(Ref(Root("/../secret"))); }), "AccessDenied");
  EXPECT_EQ(CodeOf([&] { store_->Remove(Ref(Root("/up/secret"))); }), "AccessDenied");
  EXPECT_TRUE(fs::exists(outer_.path() + "/secret"));
  // Putting replaced the link, not what it led to.
  EXPECT_EQ(Read(Root("/link")), "x");
}

TEST_F(FileStoreTest, ListsWhatIsInsideOnceAndALinkToAFileElsewhereAsRefused) {
  outer_.Write("root/dir/b", "x");
  fs::create_symlink("a.ndjson", Root("/again"));
  fs::create_directory_symlink("dir", Root("/dir2"));
  fs::create_directory_symlink(".", Root("/loop"));
  fs::create_symlink("../secret", Root("/out"));
  fs::create_symlink("nowhere", Root("/broken"));
  fs::create_directory_symlink(outer_.path(), Root("/outdir"));
  mkfifo(Root("/pipe").c_str(), 0600);
  std::string said;
  SetLogSink([&](std::string_view line) { said += line; });
  EXPECT_EQ(Names(), (std::vector<std::string>{"/root/a.ndjson", "/root/broken", "/root/dir/b",
                                               "/root/out"}));
  SetLogSink({});
  EXPECT_NE(said.find("outdir leads out of the source"), said.npos) << said;
  EXPECT_EQ(CodeOf([&] { Read(Root("/out")); }), "AccessDenied");
  EXPECT_EQ(CodeOf([&] { Read(Root("/broken")); }), "NoSuchKey");
  EXPECT_EQ(Read(Root("/again")), "inside");
}

TEST_F(FileStoreTest, UnfinishedFilesAreNotListed) {
  outer_.Write("root/.sluice-1234", "half");
  EXPECT_EQ(Names(), std::vector<std::string>{"/root/a.ndjson"});
}

TEST_F(FileStoreTest, AChangeWhileReadingIsNoticedBeforeTheLastByteIsGiven) {
  std::string path = outer_.Write("root/f", std::string(100, 'x'));
  for (auto change :
       {+[](const std::string& file) { fs::resize_file(file, 50); },
        +[](const std::string& file) { std::ofstream(file, std::ios::app) << "more"; },
        +[](const std::string& file) {
          fs::last_write_time(file, fs::last_write_time(file) - std::chrono::seconds(1));
        }}) {
    outer_.Write("root/f", std::string(100, 'x'));
    OpenObject opened = store_->Open(Ref(path), {});
    char piece[60];
    EXPECT_EQ(opened.bytes->Read(piece), 60u);
    change(path);
    EXPECT_EQ(CodeOf([&] { ReadAll(*opened.bytes); }), "ObjectChanged");
  }
}

TEST_F(FileStoreTest, AFileReplacedWhileReadingIsReadToItsOldEnd) {
  std::string path = outer_.Write("root/f", "old");
  OpenObject opened = store_->Open(Ref(path), {});
  store_->Put(Ref(path), "newer");
  EXPECT_EQ(ReadAll(*opened.bytes), "old");
  EXPECT_EQ(CodeOf([&] { store_->Open(opened.stat.ref, {}); }), "ObjectChanged");
}

TEST_F(FileStoreTest, EveryErrorPath) {
  EXPECT_EQ(CodeOf([&] { NewFileStore(outer_.path() + "/no/such"); }), "NoSuchKey");
  EXPECT_EQ(CodeOf([&] { Read(Root("/none")); }), "NoSuchKey");
  EXPECT_EQ(CodeOf([&] { Read(Root("/a.ndjson/below")); }), "NoSuchKey");
  EXPECT_EQ(CodeOf([&] { Read(Root("/" + std::string(300, 'x'))); }), "NoSuchKey");
  outer_.Write("root/dir/b", "x");
  EXPECT_EQ(CodeOf([&] { Read(Root("/dir")); }), "NoSuchKey");
  EXPECT_NE(CodeOf([&] { store_->Put(Ref(Root("/dir")), "x"); }), "none");
  EXPECT_NE(CodeOf([&] { store_->Put(Ref(Root("/a.ndjson/b")), "x"); }), "none");
  mkfifo(Root("/pipe").c_str(), 0600);
  EXPECT_EQ(CodeOf([&] { Read(Root("/pipe")); }), "NoSuchKey");
  // Root may read everything; a link to itself nobody.
  fs::create_symlink("self", Root("/self"));
  EXPECT_EQ(CodeOf([&] { Read(Root("/self")); }), "AccessDenied");
}

}  // namespace
}  // namespace sluice
