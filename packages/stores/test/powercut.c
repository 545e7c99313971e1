/*
 * A disk that can lose power. Preloaded into a process, it keeps a shadow of one folder that holds only what was
 * synced: the bytes of a file as of its last fsync or fdatasync, and the names in the folder as of the folder's last
 * fsync. After the process was killed, the shadow is what a power cut would have left.
 *
 *   POWERCUT_FOLDER  the folder that is watched, without subfolders
 *   POWERCUT_SHADOW  where the shadow is kept: content/<inode> and names/<name>, hard links to the former
 *
 * What is mapped into memory and never synced (SQLite's -shm file) is lost, as it would be.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TRACKED_MAX 64
#define COPY_BYTES 65536

/* The bytes of one file that were written since its last sync, as one range. */
struct tracked {
  ino_t inode;
  off_t from;
  off_t to;
};

static const char *folder;
static const char *shadow;
static struct stat folder_stat;
static struct tracked files[TRACKED_MAX];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_unlink)(const char *);
static int (*real_rename)(const char *, const char *);

static void fail(const char *what) {
  perror(what);
  abort();
}

static void content_path(char *path, ino_t inode) {
  snprintf(path, PATH_MAX, "%s/content/%lu", shadow, (unsigned long)inode);
}

static int path_is_watched(const char *path) {
  size_t length = strlen(folder);
  return strncmp(path, folder, length) == 0 && path[length] == '/';
}

/* True for a regular file that stands in the watched folder. */
static int is_watched(int fd, struct stat *found) {
  char link[64], path[PATH_MAX];
  if (folder == NULL || fstat(fd, found) != 0 || !S_ISREG(found->st_mode)) return 0;
  if (found->st_dev != folder_stat.st_dev) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return path_is_watched(path);
}

static struct tracked *tracked_of(ino_t inode) {
  struct tracked *unused = NULL;
  for (int at = 0; at < TRACKED_MAX; at++) {
    if (files[at].inode == inode) return &files[at];
    if (files[at].inode == 0 && unused == NULL) unused = &files[at];
  }
  if (unused == NULL) {
    fprintf(stderr, "powercut: too many files\n");
    abort();
  }
  *unused = (struct tracked){.inode = inode, .from = 0, .to = 0};
  return unused;
}

static void note_written(int fd, off_t from, off_t to) {
  struct stat found;
  if (!is_watched(fd, &found)) return;
  pthread_mutex_lock(&lock);
  struct tracked *file = tracked_of(found.st_ino);
  int is_clean = file->from == file->to;
  if (is_clean || from < file->from) file->from = from;
  if (is_clean || to > file->to) file->to = to;
  pthread_mutex_unlock(&lock);
}

/* The inode is free for another file; what the old name still shows is a link of its own. */
static void forget(const char *path) {
  struct stat found;
  char content[PATH_MAX];
  if (folder == NULL || !path_is_watched(path) || stat(path, &found) != 0 || found.st_nlink > 1) return;
  pthread_mutex_lock(&lock);
  for (int at = 0; at < TRACKED_MAX; at++) {
    if (files[at].inode == found.st_ino) files[at].inode = 0;
  }
  content_path(content, found.st_ino);
  real_unlink(content);
  pthread_mutex_unlock(&lock);
}

static void copy_range(int from_fd, int to_fd, off_t from, off_t to) {
  static char bytes[COPY_BYTES];
  while (from < to) {
    size_t wanted = to - from < COPY_BYTES ? (size_t)(to - from) : COPY_BYTES;
    ssize_t count = pread(from_fd, bytes, wanted, from);
    if (count < 0) fail("powercut: read");
    if (count == 0) return;
    if (real_pwrite(to_fd, bytes, (size_t)count, from) != count) fail("powercut: write shadow");
    from += count;
  }
}

/* What was written since the last sync becomes part of the shadow, and so does the size. */
static void sync_content(int fd, const struct stat *found, int is_whole) {
  char path[PATH_MAX];
  pthread_mutex_lock(&lock);
  struct tracked *file = tracked_of(found->st_ino);
  content_path(path, found->st_ino);
  int target = open(path, O_CREAT | O_WRONLY, 0600);
  if (target < 0) fail("powercut: open shadow");
  struct stat now;
  if (fstat(fd, &now) != 0 || ftruncate(target, now.st_size) != 0) fail("powercut: size");
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  int source = open(link, O_RDONLY);
  if (source < 0) fail("powercut: open source");
  if (is_whole) copy_range(source, target, 0, now.st_size);
  else copy_range(source, target, file->from, file->to < now.st_size ? file->to : now.st_size);
  close(source);
  close(target);
  file->from = file->to = 0;
  pthread_mutex_unlock(&lock);
}

/* The names in the folder become those of the shadow; a file that was never synced is empty there. */
static void sync_names(void) {
  char from[PATH_MAX], to[PATH_MAX], unfinished[PATH_MAX];
  pthread_mutex_lock(&lock);
  DIR *names = opendir(folder);
  if (names == NULL) fail("powercut: folder");
  for (struct dirent *entry; (entry = readdir(names)) != NULL;) {
    struct stat found;
    if (fstatat(dirfd(names), entry->d_name, &found, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(found.st_mode)) continue;
    content_path(from, found.st_ino);
    int made = open(from, O_CREAT | O_WRONLY, 0600);
    if (made >= 0) close(made);
    snprintf(to, sizeof to, "%s/names/%s", shadow, entry->d_name);
    snprintf(unfinished, sizeof unfinished, "%s/unfinished", shadow);
    real_unlink(unfinished);
    if (link(from, unfinished) != 0) fail("powercut: link");
    if (real_rename(unfinished, to) != 0) fail("powercut: name");
  }
  closedir(names);
  snprintf(from, sizeof from, "%s/names", shadow);
  names = opendir(from);
  for (struct dirent *entry; names != NULL && (entry = readdir(names)) != NULL;) {
    if (entry->d_name[0] == '.') continue;
    snprintf(from, sizeof from, "%s/%s", folder, entry->d_name);
    snprintf(to, sizeof to, "%s/names/%s", shadow, entry->d_name);
    if (access(from, F_OK) != 0) real_unlink(to);
  }
  if (names != NULL) closedir(names);
  pthread_mutex_unlock(&lock);
}

static void sync_fd(int fd) {
  struct stat found;
  if (folder == NULL || fstat(fd, &found) != 0) return;
  if (found.st_ino == folder_stat.st_ino && found.st_dev == folder_stat.st_dev) sync_names();
  else if (is_watched(fd, &found)) sync_content(fd, &found, 0);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
  ssize_t written = real_pwrite(fd, bytes, count, at);
  if (written > 0) note_written(fd, at, at + written);
  return written;
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off_t at) {
  return pwrite(fd, bytes, count, at);
}

ssize_t write(int fd, const void *bytes, size_t count) {
  ssize_t written = real_write(fd, bytes, count);
  int error = errno;
  if (written > 0 && folder != NULL) {
    off_t end = lseek(fd, 0, SEEK_CUR);
    if (end >= written) note_written(fd, end - written, end);
  }
  errno = error;
  return written;
}

int fsync(int fd) {
  int result = real_fsync(fd);
  if (result == 0) sync_fd(fd);
  return result;
}

int fdatasync(int fd) {
  int result = real_fdatasync(fd);
  if (result == 0) sync_fd(fd);
  return result;
}

int unlink(const char *path) {
  forget(path);
  return real_unlink(path);
}

int rename(const char *from, const char *to) {
  forget(to);
  return real_rename(from, to);
}

/* What stands in the folder when the process starts was there before the power came: all of it is durable. */
__attribute__((constructor)) static void start(void) {
  real_write = dlsym(RTLD_NEXT, "write");
  real_pwrite = dlsym(RTLD_NEXT, "pwrite");
  real_fsync = dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
  real_unlink = dlsym(RTLD_NEXT, "unlink");
  real_rename = dlsym(RTLD_NEXT, "rename");
  shadow = getenv("POWERCUT_SHADOW");
  const char *watched = getenv("POWERCUT_FOLDER");
  if (shadow == NULL || watched == NULL || stat(watched, &folder_stat) != 0) return;
  folder = watched;

  DIR *names = opendir(folder);
  if (names == NULL) fail("powercut: folder");
  for (struct dirent *entry; (entry = readdir(names)) != NULL;) {
    struct stat found;
    if (fstatat(dirfd(names), entry->d_name, &found, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(found.st_mode)) continue;
    int fd = openat(dirfd(names), entry->d_name, O_RDONLY);
    if (fd < 0) fail("powercut: open");
    sync_content(fd, &found, 1);
    close(fd);
  }
  closedir(names);
  sync_names();
}
