package io.freehold.spring.autoconfigure;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import io.freehold.backend.Backends;
import io.freehold.spi.Availability;
import io.freehold.spi.GlobalAlloc;
import io.freehold.spi.GlobalAllocProvider;

/**
 * Backends for tests, two of them to be chosen by property.
 */
public final class TestBackends {

	private TestBackends() {
	}

	/**
	 * A backend with an end of its own, that knows how many of its blocks are live.
	 */
	public static final class Closeable implements GlobalAlloc, AutoCloseable {

		private final GlobalAlloc system = Backends.get("system");

		private final String name;

		private final AtomicLong liveBlocks = new AtomicLong();

		private final AtomicBoolean closed = new AtomicBoolean();

		/** Blocks that were live when this was closed; -1 before. */
		private final AtomicLong liveWhenClosed = new AtomicLong(-1);

		public Closeable(String name) {
			this.name = name;
		}

		@Override
		public long allocate(long size, long alignment) {
			if (this.closed.get()) {
				throw new IllegalStateException(this.name + " is closed");
			}
			long address = this.system.allocate(size, alignment);
			if (address != 0) {
				this.liveBlocks.incrementAndGet();
			}
			return address;
		}

		@Override
		public void deallocate(long address, long size, long alignment) {
			if (this.closed.get()) {
				throw new IllegalStateException(this.name + " is closed");
			}
			this.liveBlocks.decrementAndGet();
			this.system.deallocate(address, size, alignment);
		}

		@Override
		public String name() {
			return this.name;
		}

		@Override
		public void close() {
			this.liveWhenClosed.compareAndSet(-1, this.liveBlocks.get());
			this.closed.set(true);
		}

		public boolean isClosed() {
			return this.closed.get();
		}

		public long liveBlocks() {
			return this.liveBlocks.get();
		}

		public long liveWhenClosed() {
			return this.liveWhenClosed.get();
		}

	}

	/**
	 * Provides a backend that works nowhere.
	 */
	public static final class Absent implements GlobalAllocProvider {

		@Override
		public String name() {
			return "absent";
		}

		@Override
		public Availability availability() {
			return Availability.no("its library is not installed", "install libabsent 2 or later");
		}

		@Override
		public GlobalAlloc create() {
			throw new UnsupportedOperationException("never available");
		}

	}

	/**
	 * Provides a backend that the JVM shares and that happens to have a close method.
	 */
	public static final class Lent implements GlobalAllocProvider {

		@Override
		public String name() {
			return "lent";
		}

		@Override
		public Availability availability() {
			return Availability.yes();
		}

		@Override
		public GlobalAlloc create() {
			return new Closeable("lent");
		}

	}

}
