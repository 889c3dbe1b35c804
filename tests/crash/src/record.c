// Preloaded into a process: notes each change of the files of one folder, and each line on standard output, in order.
//
// An entry of the log is: kind (1 byte), number of the file (1), offset (8), length (4), then the bytes.
// Kinds: 'N' a file with a name, 'W' a write, 'T' a truncation to an offset, 'S' a sync, 'U' an unlinked name, 'A' a
// line on standard output. All of them are noted when they are done, one after another.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#define FILES 1024

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int log_fd = -2;
static unsigned char number_of[FILES];
static unsigned char files;

static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }

static const char *folder(void) { return getenv("RECORD_FOLDER"); }

static void put(char kind, unsigned char file, uint64_t offset, const void *bytes, uint32_t length) {
    static ssize_t (*writev_)(int, const struct iovec *, int);
    static int (*open_)(const char *, int, ...);
    if (log_fd == -2) {
        writev_ = real("writev");
        open_ = real("open");
        const char *path = getenv("RECORD_LOG");
        log_fd = path ? open_(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
    }
    if (log_fd < 0) return;
    unsigned char head[14];
    head[0] = kind;
    head[1] = file;
    memcpy(head + 2, &offset, 8);
    memcpy(head + 10, &length, 4);
    struct iovec parts[2] = {{head, sizeof head}, {(void *)bytes, length}};
    if (writev_(log_fd, parts, 2) != (ssize_t)(sizeof head + length)) abort();
}

static unsigned char known(int fd) { return fd >= 0 && fd < FILES ? number_of[fd] : 0; }

static int opened(int fd, const char *path) {
    const char *root = folder();
    if (fd >= 0 && fd < FILES && root && strncmp(path, root, strlen(root)) == 0) {
        pthread_mutex_lock(&lock);
        if (files == 255) abort();
        number_of[fd] = ++files;
        put('N', number_of[fd], 0, path + strlen(root), strlen(path + strlen(root)));
        pthread_mutex_unlock(&lock);
    }
    return fd;
}

#define OPEN(name)                                                      \
    int name(const char *path, int flags, ...) {                        \
        static int (*real_)(const char *, int, ...);                    \
        if (!real_) real_ = real(#name);                                \
        va_list rest;                                                   \
        va_start(rest, flags);                                          \
        mode_t mode = va_arg(rest, mode_t);                             \
        va_end(rest);                                                   \
        return opened(real_(path, flags, mode), path);                  \
    }
OPEN(open)
OPEN(open64)

int close(int fd) {
    static int (*real_)(int);
    if (!real_) real_ = real("close");
    if (fd >= 0 && fd < FILES) number_of[fd] = 0;
    return real_(fd);
}

#define PWRITE(name)                                                            \
    ssize_t name(int fd, const void *bytes, size_t length, off_t offset) {      \
        static ssize_t (*real_)(int, const void *, size_t, off_t);              \
        if (!real_) real_ = real(#name);                                        \
        if (!known(fd)) return real_(fd, bytes, length, offset);                \
        pthread_mutex_lock(&lock);                                              \
        ssize_t done = real_(fd, bytes, length, offset);                        \
        if (done > 0) put('W', known(fd), offset, bytes, done);                 \
        pthread_mutex_unlock(&lock);                                            \
        return done;                                                            \
    }
PWRITE(pwrite)
PWRITE(pwrite64)

ssize_t write(int fd, const void *bytes, size_t length) {
    static ssize_t (*real_)(int, const void *, size_t);
    if (!real_) real_ = real("write");
    // A file of the folder is never written without an offset; if it were, the replay would be wrong.
    if (known(fd)) abort();
    if (fd != 1) return real_(fd, bytes, length);
    pthread_mutex_lock(&lock);
    ssize_t done = real_(fd, bytes, length);
    if (done > 0) put('A', 0, 0, bytes, done);
    pthread_mutex_unlock(&lock);
    return done;
}

#define TRUNCATE(name)                                      \
    int name(int fd, off_t length) {                        \
        static int (*real_)(int, off_t);                    \
        if (!real_) real_ = real(#name);                    \
        if (!known(fd)) return real_(fd, length);           \
        pthread_mutex_lock(&lock);                          \
        int done = real_(fd, length);                       \
        if (done == 0) put('T', known(fd), length, "", 0);  \
        pthread_mutex_unlock(&lock);                        \
        return done;                                        \
    }
TRUNCATE(ftruncate)
TRUNCATE(ftruncate64)

#define SYNC(name)                                      \
    int name(int fd) {                                  \
        static int (*real_)(int);                       \
        if (!real_) real_ = real(#name);                \
        if (!known(fd)) return real_(fd);               \
        pthread_mutex_lock(&lock);                      \
        int done = real_(fd);                           \
        if (done == 0) put('S', known(fd), 0, "", 0);   \
        pthread_mutex_unlock(&lock);                    \
        return done;                                    \
    }
SYNC(fsync)
SYNC(fdatasync)

int unlink(const char *path) {
    static int (*real_)(const char *);
    if (!real_) real_ = real("unlink");
    const char *root = folder();
    int done = real_(path);
    if (done == 0 && root && strncmp(path, root, strlen(root)) == 0) {
        pthread_mutex_lock(&lock);
        put('U', 0, 0, path + strlen(root), strlen(path + strlen(root)));
        pthread_mutex_unlock(&lock);
    }
    return done;
}
