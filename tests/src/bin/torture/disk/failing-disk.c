/* A disk that fails on demand: stands between a program and the C library (LD_PRELOAD) and lets writes or syncs of
 * regular files fail with any error, in the middle of a run, without root. The file named by FAILING_DISK says which:
 * three 32-bit numbers, what fails (1 writes, 2 syncs, 3 both; 0 nothing), with which errno, and how often it did. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static volatile int *control;

__attribute__((constructor)) static void start(void) {
    const char *path = getenv("FAILING_DISK");
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0) return;
    void *at = mmap(NULL, 12, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (at != MAP_FAILED) control = at;
}

static int fails(int fd, int what) {
    struct stat file;
    if (!control || !(control[0] & what)) return 0;
    if (fstat(fd, &file) != 0 || !S_ISREG(file.st_mode)) return 0;
    __sync_fetch_and_add(&control[2], 1);
    errno = control[1];
    return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *bytes, size_t n) { return fails(fd, 1) ? -1 : REAL(write)(fd, bytes, n); }
ssize_t pwrite(int fd, const void *bytes, size_t n, off_t at) { return fails(fd, 1) ? -1 : REAL(pwrite)(fd, bytes, n, at); }
ssize_t pwrite64(int fd, const void *bytes, size_t n, off64_t at) { return fails(fd, 1) ? -1 : REAL(pwrite64)(fd, bytes, n, at); }
int ftruncate(int fd, off_t size) { return fails(fd, 1) ? -1 : REAL(ftruncate)(fd, size); }
int ftruncate64(int fd, off64_t size) { return fails(fd, 1) ? -1 : REAL(ftruncate64)(fd, size); }
int fsync(int fd) { return fails(fd, 2) ? -1 : REAL(fsync)(fd); }
int fdatasync(int fd) { return fails(fd, 2) ? -1 : REAL(fdatasync)(fd); }
