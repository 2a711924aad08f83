package io.freehold.sample.draft;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.ReentrantLock;

import io.freehold.AllocationException;
import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.MisuseException;
import io.freehold.sample.objects.ObjectException;

import org.jspecify.annotations.Nullable;

/**
 * The draft of one session: a block of the session's memory that grows as bytes are
 * appended. May be used by several requests at once, of which each must be one of that
 * session. Whatever is refused leaves the draft as it was.
 *
 * <p>
 * The session may end at any time, or be idle for so long that its memory is freed, and
 * the block with it. Who is at work then learns it by an {@link ObjectException}; later
 * on there is no draft.
 */
final class Draft {

	private static final Layout EMPTY = Layout.ofBytes(0);

	private final Allocator allocator;

	private final ReentrantLock lock = new ReentrantLock();

	/** The bytes. Guarded by the lock. */
	private MemorySegment block = EMPTY.dangling();

	/** That of the block. Guarded by the lock. */
	private Layout layout = EMPTY;

	/** Null if there is no draft. Guarded by the lock. */
	private @Nullable String contentType;

	/**
	 * Creates no draft yet.
	 * @param allocator that of the session
	 */
	Draft(Allocator allocator) {
		this.allocator = allocator;
	}

	/**
	 * Begins the draft anew.
	 * @param contentType its content type
	 * @param bytes the bytes, which are copied
	 */
	void replace(String contentType, MemorySegment bytes) {
		locked(() -> {
			Layout replacement = Layout.ofBytes(bytes.byteSize());
			MemorySegment copy = this.allocator.allocate(replacement).copyFrom(bytes);
			try {
				this.allocator.deallocate(this.block, this.layout);
			}
			catch (RuntimeException ex) {
				this.allocator.deallocate(copy, replacement);
				throw ex;
			}
			this.block = copy;
			this.layout = replacement;
			this.contentType = contentType;
			return copy;
		});
	}

	/**
	 * Appends to the draft.
	 * @param bytes the bytes, which are copied
	 * @param maxSize the largest size of a draft, in bytes
	 * @return the size of the whole draft, in bytes
	 */
	long append(MemorySegment bytes, long maxSize) {
		return locked(() -> {
			requirePresent();
			if (this.layout.size() + bytes.byteSize() > maxSize) {
				throw ObjectException.tooLarge(maxSize);
			}
			Layout larger = Layout.ofBytes(this.layout.size() + bytes.byteSize());
			// if this is refused the block is still there, with all that is in it
			this.block = this.allocator.grow(this.block, this.layout, larger);
			MemorySegment.copy(bytes, 0, this.block, this.layout.size(), bytes.byteSize());
			this.layout = larger;
			return larger.size();
		});
	}

	/**
	 * Hands the draft to a reader, which should be quick: it alone can use it meanwhile.
	 * @param reader told of the content type and the bytes
	 * @param <T> what it returns
	 * @return what the reader returns
	 * @throws IOException if the reader throws it
	 */
	<T> T read(Reader<T> reader) throws IOException {
		return locked(() -> reader.read(requirePresent(), this.block.asReadOnly()));
	}

	/**
	 * Hands the draft to a publisher, and forgets it if that succeeds.
	 * @param publisher told of the content type and the bytes
	 * @param <T> what it returns
	 * @return what the publisher returns
	 * @throws IOException if the publisher throws it
	 */
	<T> T publish(Reader<T> publisher) throws IOException {
		return locked(() -> {
			T published = publisher.read(requirePresent(), this.block.asReadOnly());
			forget();
			return published;
		});
	}

	/** Forgets the draft. */
	void discard() {
		locked(() -> {
			String discarded = requirePresent();
			forget();
			return discarded;
		});
	}

	private void forget() {
		this.allocator.deallocate(this.block, this.layout);
		clear();
	}

	private void clear() {
		this.block = EMPTY.dangling();
		this.layout = EMPTY;
		this.contentType = null;
	}

	private String requirePresent() {
		if (this.contentType == null) {
			throw ObjectException.missing("There is no draft.");
		}
		return this.contentType;
	}

	private <T, E extends Exception> T locked(Step<T, E> step) throws E {
		this.lock.lock();
		try {
			if (!this.block.scope().isAlive()) {
				clear();
			}
			return step.run();
		}
		catch (AllocationException ex) {
			throw (ex.reason() == AllocationException.Reason.CLOSED) ? over(ex) : ObjectException.noRoom(ex);
		}
		catch (IllegalStateException ex) {
			if (ex instanceof MisuseException || !this.block.scope().isAlive()) {
				// the block has ended, and is not one of what came after it
				clear();
				throw over(ex);
			}
			throw ex;
		}
		finally {
			this.lock.unlock();
		}
	}

	private static ObjectException over(RuntimeException cause) {
		return ObjectException.conflict("The session of the draft is over.", cause);
	}

	/**
	 * Reads a draft.
	 *
	 * @param <T> what it returns
	 */
	@FunctionalInterface
	interface Reader<T> {

		/**
		 * Reads a draft.
		 * @param contentType its content type
		 * @param bytes its bytes, to be used before this returns
		 * @return what the reader is to return
		 * @throws IOException if reading fails
		 */
		T read(String contentType, MemorySegment bytes) throws IOException;

	}

	/**
	 * What is done with the lock held.
	 */
	@FunctionalInterface
	private interface Step<T, E extends Exception> {

		T run() throws E;

	}

}
