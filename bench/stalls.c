/*
 * When this machine stood still: no processor ran anything, as in a virtual machine whose hypervisor takes all of them
 * away at once, for others or because a quota is used up. Whatever is timed is late by that, whoever serves.
 *
 *   stalls LEAST_US    watch until the standard input ends
 *
 * On each processor a thread that comes before all others wakes every quarter of a millisecond. Where one is late, its
 * processor may just have been in the kernel; where all are late at the same time, by LEAST_US or more, the machine
 * stood still. What a time began with, before the threads were due, is not counted: it is seen too short rather than
 * too long.
 *
 * Prints at the end a line "stall FROM TO" for each such time, in nanoseconds of CLOCK_MONOTONIC.
 * Build: cc -O2 -pthread -o stalls stalls.c
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { WAKE_NANOS = 250000, PRIORITY = 50, TIMES_MAX = 1 << 16 };

static const char TOO_MANY[] = "too many times were seen; LEAST_US is too little";

struct time_span {
    long long from, to;
};

struct watcher {
    pthread_t thread;
    int processor;
    int count;
    struct time_span late[TIMES_MAX];
};

static atomic_bool over;
static long long least_nanos;

static void check(int fine, const char *what) {
    if (!fine) {
        perror(what);
        exit(1);
    }
}

/* What is wanted where the system has said nothing of an error. */
static void need(int fine, const char *what) {
    if (!fine) {
        fprintf(stderr, "stalls: %s\n", what);
        exit(1);
    }
}

static long long now(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return at.tv_sec * 1000000000LL + at.tv_nsec;
}

static void *watch(void *argument) {
    struct watcher *self = argument;
    cpu_set_t only;
    CPU_ZERO(&only);
    CPU_SET(self->processor, &only);
    check(sched_setaffinity(0, sizeof only, &only) == 0, "sched_setaffinity");
    struct sched_param first = {.sched_priority = PRIORITY};
    check(sched_setscheduler(0, SCHED_FIFO, &first) == 0, "sched_setscheduler");
    while (!over && self->count < TIMES_MAX) {
        long long due = now() + WAKE_NANOS;
        struct timespec until = {due / 1000000000, due % 1000000000};
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
        long long woke = now();
        if (woke - due >= least_nanos) {
            self->late[self->count++] = (struct time_span){due, woke};
        }
    }
    need(self->count < TIMES_MAX, TOO_MANY);
    return NULL;
}

/* Leaves in `common` what is in both; returns how many. */
static int intersect(struct time_span *common, int count, const struct watcher *other) {
    static struct time_span both[TIMES_MAX];
    int found = 0;
    for (int i = 0, j = 0; i < count && j < other->count;) {
        struct time_span a = common[i], b = other->late[j];
        struct time_span overlap = {a.from > b.from ? a.from : b.from, a.to < b.to ? a.to : b.to};
        if (overlap.to - overlap.from >= least_nanos) {
            need(found < TIMES_MAX, TOO_MANY);
            both[found++] = overlap;
        }
        if (a.to < b.to) {
            i++;
        } else {
            j++;
        }
    }
    for (int k = 0; k < found; k++) {
        common[k] = both[k];
    }
    return found;
}

int main(int count, char **arguments) {
    need(count == 2, "its one argument is LEAST_US");
    least_nanos = atoll(arguments[1]) * 1000;
    cpu_set_t usable;
    check(sched_getaffinity(0, sizeof usable, &usable) == 0, "sched_getaffinity");
    int processors = CPU_COUNT(&usable);
    struct watcher *all = calloc(processors, sizeof *all);
    check(all != NULL && mlockall(MCL_CURRENT | MCL_FUTURE) == 0, "memory");
    for (int i = 0, processor = 0; i < processors; processor++) {
        if (CPU_ISSET(processor, &usable)) {
            all[i].processor = processor;
            check(pthread_create(&all[i].thread, NULL, watch, &all[i]) == 0, "pthread_create");
            i++;
        }
    }
    char ignored[64];
    while (read(0, ignored, sizeof ignored) > 0) {
    }
    over = 1;
    for (int i = 0; i < processors; i++) {
        pthread_join(all[i].thread, NULL);
    }
    struct time_span *stood = all[0].late;
    int times = all[0].count;
    for (int i = 1; i < processors; i++) {
        times = intersect(stood, times, &all[i]);
    }
    for (int k = 0; k < times; k++) {
        printf("stall %lld %lld\n", stood[k].from, stood[k].to);
    }
    return 0;
}
