package io.freehold.stress;

/**
 * The kind of threads a workload runs on.
 */
enum ThreadKind {

	/** Few, and each keeps what the backend caches for it. */
	PLATFORM(4) {
		@Override
		Thread start(Runnable body) {
			return Thread.ofPlatform().daemon().name("stress").start(body);
		}
	},

	/** Many, and they change places on their carriers. */
	VIRTUAL(16) {
		@Override
		Thread start(Runnable body) {
			return Thread.ofVirtual().name("stress").start(body);
		}
	};

	private final int threads;

	ThreadKind(int threads) {
		this.threads = threads;
	}

	/** Returns how many threads of this kind a workload runs at a time. */
	int threads() {
		return this.threads;
	}

	/** Returns the other kind. */
	ThreadKind other() {
		return (this == PLATFORM) ? VIRTUAL : PLATFORM;
	}

	/** Starts a thread that does not keep the JVM alive. */
	abstract Thread start(Runnable body);

}
