package io.freehold.sample;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

import io.freehold.Allocator;
import io.freehold.Layout;

/**
 * A stored object: what its headers say, and its compressed bytes off-heap. Freed when
 * the last holder has let go of it, be that the store or a reader.
 */
final class StoredObject implements AutoCloseable {

	private final Allocator allocator;

	private final Layout layout;

	private final MemorySegment block;

	private final String contentType;

	private final String etag;

	private final long size;

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

	String contentType() {
		return this.contentType;
	}

	String etag() {
		return this.etag;
	}

	/** Returns the size before compression, in bytes. */
	long size() {
		return this.size;
	}

	long storedSize() {
		return this.layout.size();
	}

	/**
	 * Returns the compressed bytes.
	 * @return a segment to be read until the caller lets go of this object
	 */
	MemorySegment bytes() {
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

}
