package io.freehold.sample.objects;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import io.freehold.Allocator;
import io.freehold.Layout;

/**
 * A stored object: what its headers say, and its compressed bytes off-heap. Freed when
 * the last holder has let go of it, be that the store or a reader.
 */
public final class StoredObject implements AutoCloseable {

	private final Allocator allocator;

	private final Layout layout;

	private final MemorySegment block;

	private final String contentType;

	private final String etag;

	private final long size;

	/**
	 * When it was last used, by {@link System#nanoTime}. Written under the store's lock.
	 */
	private volatile long lastUse = System.nanoTime();

	/** Whether there is nothing to be won by compressing it once more. */
	private volatile boolean settled;

	/** The store and the readers; at zero the block is gone and nobody may come back. */
	private final AtomicInteger holders = new AtomicInteger(1);

	private StoredObject(Allocator allocator, Layout layout, MemorySegment block, String contentType,
			CompressedBody body) {
		this.allocator = allocator;
		this.layout = layout;
		this.block = block;
		this.contentType = contentType;
		this.etag = body.etag();
		this.size = body.size();
	}

	/**
	 * Creates an object held by its creator, or frees the block.
	 * @param allocator owns the block
	 * @param layout the layout that the block was allocated with
	 * @param block the block, for the object to free
	 * @param contentType the content type
	 * @param body what the block is to hold
	 */
	static StoredObject of(Allocator allocator, Layout layout, MemorySegment block, String contentType,
			CompressedBody body) {
		try {
			body.copyTo(block);
			return new StoredObject(allocator, layout, block, contentType, body);
		}
		catch (RuntimeException | Error ex) {
			allocator.deallocate(block, layout);
			throw ex;
		}
	}

	public String contentType() {
		return this.contentType;
	}

	public String etag() {
		return this.etag;
	}

	/** Returns the size before compression, in bytes. */
	public long size() {
		return this.size;
	}

	public long storedSize() {
		return this.layout.size();
	}

	/**
	 * Returns the compressed bytes.
	 * @return a segment to be read until the caller lets go of this object
	 */
	public MemorySegment bytes() {
		return this.block.asReadOnly();
	}

	/**
	 * Adds a holder. Only who knows of another that stays meanwhile may call this.
	 * @return this, to be closed by the new holder
	 */
	StoredObject retain() {
		if (this.holders.getAndIncrement() <= 0) {
			throw new IllegalStateException("the object was freed before");
		}
		return this;
	}

	/**
	 * Adds a holder if there is any. Everybody may call this.
	 * @return whether the caller is a holder now, who has to close this
	 */
	boolean tryRetain() {
		int present = this.holders.get();
		while (present > 0) {
			if (this.holders.compareAndSet(present, present + 1)) {
				return true;
			}
			present = this.holders.get();
		}
		return false;
	}

	void touch() {
		this.lastUse = System.nanoTime();
	}

	Duration unusedFor() {
		return Duration.ofNanos(System.nanoTime() - this.lastUse);
	}

	/** Says that there is nothing to be won by compressing it once more. */
	public void settle() {
		this.settled = true;
	}

	boolean isSettled() {
		return this.settled;
	}

	/** Whether there is one holder only. */
	boolean isIdle() {
		return this.holders.get() == 1;
	}

	/**
	 * Lets go of this object. To be called once by each holder.
	 */
	@Override
	public void close() {
		int left = this.holders.decrementAndGet();
		if (left == 0) {
			this.allocator.deallocate(this.block, this.layout);
		}
		else if (left < 0) {
			throw new IllegalStateException("the object was let go of more often than it was held");
		}
	}

	/**
	 * Reads objects.
	 */
	@FunctionalInterface
	public interface Reader {

		/**
		 * Reads an object.
		 * @param key its key
		 * @param object the object, which is kept alive meanwhile
		 * @throws IOException if reading it fails
		 */
		void read(String key, StoredObject object) throws IOException;

	}

}
