package io.freehold.internal.sync;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

class HandshakeTests {

	/** A package that none of the threads here is in. */
	private static final String ELSEWHERE = "io.freehold.pool";

	private static final int ATTEMPTS = 100_000;

	@ParameterizedTest
	@EnumSource(Idleness.class)
	@DisplayName("a thread that waits is outside, whatever it waits for")
	void isOutside_waiting_true(Idleness idleness) throws Exception {
		try (Idle idle = new Idle(idleness)) {
			assertThat(becomesOutside(idle.thread, ELSEWHERE)).isTrue();
		}
	}

	@ParameterizedTest
	@EnumSource(Idleness.class)
	@DisplayName("a thread that waits within the package is not outside")
	void isOutside_waitingWithin_false(Idleness idleness) throws Exception {
		try (Idle idle = new Idle(idleness)) {
			assertThat(becomesOutside(idle.thread, ELSEWHERE)).isTrue();
			assertThat(Handshake.isOutside(idle.thread, HandshakeTests.class.getPackageName())).isFalse();
		}
	}

	@Test
	@DisplayName("packages below the package do not count, nor those whose names only begin alike")
	void isOutside_otherPackages_true() throws Exception {
		try (Idle idle = new Idle(Idleness.PARKED)) {
			assertThat(becomesOutside(idle.thread, "io.freehold.internal")).isTrue();
			assertThat(Handshake.isOutside(idle.thread, "io.freehold.internal.syn")).isTrue();
		}
	}

	@Test
	@DisplayName("of a thread that runs nothing is certain")
	void isOutside_running_false() throws Exception {
		AtomicBoolean end = new AtomicBoolean();
		AtomicBoolean begun = new AtomicBoolean();
		Thread thread = new Thread(() -> {
			begun.set(true);
			while (!end.get()) {
				Thread.onSpinWait();
			}
		});
		thread.start();
		while (!begun.get()) {
			Thread.onSpinWait();
		}
		for (int i = 0; i < 100; i++) {
			assertThat(Handshake.isOutside(thread, ELSEWHERE)).isFalse();
		}
		end.set(true);
		thread.join();
	}

	@Test
	@DisplayName("the calling thread is not outside, and one that has ended has no stack")
	void isOutside_selfOrEnded_false() throws Exception {
		assertThat(Handshake.isOutside(Thread.currentThread(), ELSEWHERE)).isFalse();
		Thread ended = new Thread(() -> {
		});
		ended.start();
		ended.join();
		assertThat(Handshake.isOutside(ended, ELSEWHERE)).isFalse();
	}

	/** It takes a moment until a thread waits. */
	private static boolean becomesOutside(Thread thread, String packageName) {
		for (int i = 0; i < ATTEMPTS; i++) {
			if (Handshake.isOutside(thread, packageName)) {
				return true;
			}
			Thread.onSpinWait();
		}
		return false;
	}

	/** What a thread does that does nothing. */
	enum Idleness {

		PARKED {
			@Override
			void idle(Idle idle) {
				while (!idle.end.get()) {
					LockSupport.park();
				}
			}
		},

		WAITING {
			@Override
			void idle(Idle idle) throws InterruptedException {
				synchronized (idle) {
					while (!idle.end.get()) {
						idle.wait();
					}
				}
			}
		},

		ACCEPTING {
			@Override
			void idle(Idle idle) throws IOException {
				idle.socket.accept().close();
			}
		};

		abstract void idle(Idle idle) throws IOException, InterruptedException;

	}

	/** A thread that does nothing. */
	static final class Idle implements AutoCloseable {

		private final AtomicBoolean end = new AtomicBoolean();

		private final ServerSocket socket = new ServerSocket(0);

		private final Thread thread;

		Idle(Idleness idleness) throws IOException {
			this.thread = new Thread(() -> {
				try {
					idleness.idle(this);
				}
				catch (IOException | InterruptedException ex) {
					// it ends
				}
			});
			this.thread.start();
		}

		@Override
		public void close() throws IOException {
			this.end.set(true);
			this.socket.close();
			this.thread.interrupt();
		}

	}

}
