package io.freehold.sample.feed;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * Messages that wait to be sent to one subscriber, in a block of fixed size. Any threads
 * may add to it; one takes from it.
 */
final class Backlog {

	/*
	 * A ring: messages lie between head and tail, which only ever grow, at their
	 * remainder by the size of the block. Each is preceded by its length in four bytes. A
	 * message that would cross the end of the block is written in two parts, and so is
	 * its length.
	 */

	private static final int LENGTH_SIZE = 4;

	private final MemorySegment block;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	/** Where the first message begins. Guarded by the lock. */
	private long head;

	/** Where the last message ends. Guarded by the lock. */
	private long tail;

	/** Whether nothing more may be added. Guarded by the lock. */
	private boolean closed;

	/**
	 * Creates an empty backlog.
	 * @param block where to keep messages, until this is closed
	 */
	Backlog(MemorySegment block) {
		this.block = block;
	}

	/**
	 * Adds a message.
	 * @param message the message
	 * @return whether there was room for it
	 */
	boolean offer(String message) {
		byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
		this.lock.lock();
		try {
			if (this.closed || this.tail - this.head + LENGTH_SIZE + bytes.length > this.block.byteSize()) {
				return false;
			}
			int length = bytes.length;
			write(new byte[] { (byte) (length >> 24), (byte) (length >> 16), (byte) (length >> 8), (byte) length });
			write(bytes);
			this.changed.signal();
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Takes the first message, waiting for one if there is none.
	 * @param timeout how long to wait
	 * @return the message, or null if there was none
	 * @throws InterruptedException if interrupted while waiting
	 */
	@Nullable String poll(Duration timeout) throws InterruptedException {
		long left = timeout.toNanos();
		this.lock.lock();
		try {
			while (!this.closed && this.head == this.tail) {
				if (left <= 0) {
					return null;
				}
				left = this.changed.awaitNanos(left);
			}
			if (this.closed) {
				return null;
			}
			byte[] length = read(LENGTH_SIZE);
			return new String(read(
					(length[0] & 0xff) << 24 | (length[1] & 0xff) << 16 | (length[2] & 0xff) << 8 | (length[3] & 0xff)),
					StandardCharsets.UTF_8);
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Lets go of the block: nobody touches it after this has returned. */
	void close() {
		this.lock.lock();
		try {
			this.closed = true;
			this.changed.signal();
		}
		finally {
			this.lock.unlock();
		}
	}

	boolean isClosed() {
		this.lock.lock();
		try {
			return this.closed;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void write(byte[] bytes) {
		long start = this.tail % this.block.byteSize();
		int first = (int) Math.min(bytes.length, this.block.byteSize() - start);
		MemorySegment.copy(bytes, 0, this.block, ValueLayout.JAVA_BYTE, start, first);
		MemorySegment.copy(bytes, first, this.block, ValueLayout.JAVA_BYTE, 0, bytes.length - first);
		this.tail += bytes.length;
	}

	private byte[] read(int length) {
		byte[] bytes = new byte[length];
		long start = this.head % this.block.byteSize();
		int first = (int) Math.min(length, this.block.byteSize() - start);
		MemorySegment.copy(this.block, ValueLayout.JAVA_BYTE, start, bytes, 0, first);
		MemorySegment.copy(this.block, ValueLayout.JAVA_BYTE, 0, bytes, first, length - first);
		this.head += length;
		return bytes;
	}

}
