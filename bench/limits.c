/*
 * What this machine's loopback TCP, page cache and disk take at least, whoever serves: the least that a broker can
 * spend on a byte. The kernel copies each once from the socket and once into the file (receive), or sends it from the
 * page cache without a copy of ours (sendfile); nothing is parsed, checked or answered.
 *
 *   limits receive FILE BYTES CHUNK    read CHUNK at a time from a connection and write it into FILE
 *   limits sendfile FILE BYTES CHUNK   send what is in FILE to a connection whose other end discards it
 *   limits force FILE COUNT            append 4 KiB and fdatasync, COUNT times
 *
 * Whoever is at the other end of the connection is a child process, so that its CPU is not counted. FILE is used again
 * and never made shorter: after the first run its pages are in memory and its blocks are allocated.
 *
 * Prints lines "found NAME VALUE": cpu.s.per.gb and mb.per.second, or the microseconds p50 and p99.
 * Build: cc -O2 -o limits limits.c
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { APPEND_BYTES = 4096 };

static void check(int fine, const char *what) {
    if (!fine) {
        perror(what);
        exit(1);
    }
}

static double wall_seconds(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return at.tv_sec + at.tv_nsec / 1e9;
}

/* Of this process alone: children are not in it. */
static double cpu_seconds(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return used.ru_utime.tv_sec + used.ru_stime.tv_sec + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static char *buffer_of(size_t bytes) {
    char *buffer = aligned_alloc(4096, (bytes + 4095) / 4096 * 4096);
    check(buffer != NULL, "aligned_alloc");
    memset(buffer, 'a', bytes);
    return buffer;
}

/* Returns this end of a loopback connection; a child runs `other` on the other end and exits. */
static int connect_child(void (*other)(int, long long, size_t), long long bytes, size_t chunk) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    check(bind(listener, (struct sockaddr *)&at, size) == 0 && listen(listener, 1) == 0, "listen");
    check(getsockname(listener, (struct sockaddr *)&at, &size) == 0, "getsockname");
    pid_t child = fork();
    check(child >= 0, "fork");
    if (child == 0) {
        int there = socket(AF_INET, SOCK_STREAM, 0);
        check(connect(there, (struct sockaddr *)&at, sizeof at) == 0, "connect");
        other(there, bytes, chunk);
        _exit(0);
    }
    int here = accept(listener, NULL, NULL);
    check(here >= 0, "accept");
    close(listener);
    return here;
}

static void send_all(int to, long long bytes, size_t chunk) {
    char *buffer = buffer_of(chunk);
    while (bytes > 0) {
        ssize_t sent = write(to, buffer, bytes < (long long)chunk ? (size_t)bytes : chunk);
        check(sent > 0, "send");
        bytes -= sent;
    }
}

static void discard_all(int from, long long bytes, size_t chunk) {
    char *buffer = buffer_of(chunk);
    while (bytes > 0) {
        ssize_t got = read(from, buffer, chunk);
        check(got > 0, "receive");
        bytes -= got;
    }
}

static void write_fully(int file, const char *buffer, size_t bytes) {
    while (bytes > 0) {
        ssize_t written = write(file, buffer, bytes);
        check(written > 0, "write");
        buffer += written;
        bytes -= written;
    }
}

static void receive_into(int file, int from, char *buffer, size_t chunk) {
    for (;;) {
        size_t held = 0;
        while (held < chunk) {
            ssize_t got = read(from, buffer + held, chunk - held);
            check(got >= 0, "receive");
            if (got == 0) break;
            held += got;
        }
        if (held == 0) return;
        write_fully(file, buffer, held);
    }
}

static void send_file(int file, int to, long long bytes, size_t chunk) {
    while (bytes > 0) {
        ssize_t sent = sendfile(to, file, NULL, bytes < (long long)chunk ? (size_t)bytes : chunk);
        check(sent > 0, "sendfile");
        bytes -= sent;
    }
}

static int move(const char *name, int receive, long long bytes, size_t chunk) {
    int file = open(name, O_CREAT | O_RDWR, 0644);
    check(file >= 0, name);
    char *buffer = buffer_of(chunk);
    struct stat held;
    fstat(file, &held);
    for (long long missing = bytes - held.st_size; !receive && missing > 0; missing -= chunk) {
        lseek(file, 0, SEEK_END);
        write_fully(file, buffer, chunk);
    }
    lseek(file, 0, SEEK_SET);
    int connection = connect_child(receive ? send_all : discard_all, bytes, chunk);
    double began = wall_seconds(), spent = cpu_seconds();
    if (receive)
        receive_into(file, connection, buffer, chunk);
    else
        send_file(file, connection, bytes, chunk);
    spent = cpu_seconds() - spent;
    int status;
    check(wait(&status) > 0, "wait");
    printf("found cpu.s.per.gb %.4f\nfound mb.per.second %.0f\n", spent / bytes * 1e9,
           bytes / 1e6 / (wall_seconds() - began));
    return status == 0 ? 0 : 1;
}

static int ascending(const void *one, const void *other) {
    double a = *(const double *)one, b = *(const double *)other;
    return (a > b) - (a < b);
}

static int force(const char *name, int count) {
    int file = open(name, O_CREAT | O_TRUNC | O_WRONLY, 0644);
    check(file >= 0, name);
    char *block = buffer_of(APPEND_BYTES);
    double *micros = malloc(count * sizeof *micros);
    check(micros != NULL, "malloc");
    for (int i = 0; i < count; i++) {
        double began = wall_seconds();
        write_fully(file, block, APPEND_BYTES);
        check(fdatasync(file) == 0, "fdatasync");
        micros[i] = (wall_seconds() - began) * 1e6;
    }
    qsort(micros, count, sizeof *micros, ascending);
    printf("found p50 %.0f\nfound p99 %.0f\n", micros[count / 2], micros[(int)(count * 0.99)]);
    return 0;
}

int main(int argc, char **argv) {
    if (argc == 5 && (strcmp(argv[1], "receive") == 0 || strcmp(argv[1], "sendfile") == 0))
        return move(argv[2], argv[1][0] == 'r', atoll(argv[3]), (size_t)atoll(argv[4]));
    if (argc == 4 && strcmp(argv[1], "force") == 0 && atoi(argv[3]) > 0) return force(argv[2], atoi(argv[3]));
    fprintf(stderr, "usage: limits receive|sendfile FILE BYTES CHUNK, or limits force FILE COUNT\n");
    return 2;
}
