package io.freehold.global;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

import io.freehold.AllocationException;
import io.freehold.AllocationException.Reason;
import io.freehold.Layout;
import io.freehold.backend.Backends;
import io.freehold.held.Book;
import io.freehold.held.ExplainingAlloc;
import io.freehold.internal.Memory;
import io.freehold.internal.sync.Faults;
import io.freehold.internal.sync.PolledLock;
import io.freehold.internal.sync.StackSpace;
import io.freehold.managed.AllocatorSpec;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spi.GlobalAlloc;
import io.freehold.spi.GlobalAllocProvider;

import org.jspecify.annotations.Nullable;

/**
 * The backend that takes from the book that was attached last. A block is freed in the
 * book it was taken from: in most cases that is the same, else it is looked for in the
 * others, of which there are few.
 */
final class SwitchingAlloc implements ExplainingAlloc {

	/*
	 * A thread that has read a book may take from it although it has been dismissed
	 * meanwhile. So the book is not closed, but ends when it holds nothing: what comes
	 * later is refused then, and taken from the book of that time.
	 */

	private static final Entry[] NONE = {};

	private static final String NAME = "global";

	/** Held to replace what follows. */
	private final PolledLock lock = new PolledLock();

	/** Where memory is taken from, null if nothing is attached. */
	private volatile @Nullable Book target;

	/** Those that may have blocks, the newest last. Replaced under the lock. */
	private volatile Entry[] entries = NONE;

	/** What serves while nothing is attached. Made once, under the lock. */
	private volatile @Nullable Book rest;

	GlobalAttachment attach(ManagedAllocator allocator, String holder, Consumer<AllocatorSpec> spec) {
		StackSpace.forOperation();
		Book book = book(allocator, spec);
		boolean attached = false;
		try {
			Entry entry = new Entry(this, book, holder);
			add(entry, true);
			attached = true;
			return entry;
		}
		finally {
			if (!attached) {
				book.dismiss();
				book.tryLeave();
			}
		}
	}

	private static Book book(ManagedAllocator allocator, Consumer<AllocatorSpec> spec) {
		if (allocator.childBackend(NAME, spec) instanceof Book book) {
			return book;
		}
		throw new IllegalArgumentException(allocator.name() + ": is not an allocator of Freehold");
	}

	private void add(Entry entry, boolean attach) {
		this.lock.lock();
		try {
			Entry[] more = Arrays.copyOf(this.entries, this.entries.length + 1);
			more[more.length - 1] = entry;
			this.entries = more;
			if (attach) {
				this.target = entry.book;
			}
			else {
				this.rest = entry.book;
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void detach(Entry entry) {
		this.lock.lock();
		try {
			if (entry.detached) {
				return;
			}
			entry.detached = true;
			Book next = null;
			for (Entry other : this.entries) {
				if (!other.detached && other.book != this.rest) {
					next = other.book;
				}
			}
			this.target = next;
		}
		finally {
			this.lock.unlock();
		}
		entry.book.dismiss();
		sweep();
	}

	/** Lets go of the books that have been dismissed and hold nothing. */
	private void sweep() {
		for (Entry entry : this.entries) {
			if (entry.detached && entry.book.tryLeave()) {
				remove(entry);
			}
		}
	}

	/** Sweeps after a call that has had its effect; what fails is tried again later. */
	private void trySweep() {
		try {
			sweep();
		}
		catch (Throwable ex) {
			Faults.warn(NAME, ": could not let go of books that hold nothing", ex);
		}
	}

	private void remove(Entry entry) {
		this.lock.lock();
		try {
			Entry[] old = this.entries;
			int index = Arrays.asList(old).indexOf(entry);
			if (index >= 0) {
				Entry[] fewer = Arrays.copyOf(old, old.length - 1);
				System.arraycopy(old, index + 1, fewer, index, fewer.length - index);
				this.entries = fewer;
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private Book target() {
		Book target = this.target;
		return (target != null) ? target : rest();
	}

	private Book rest() {
		Book rest = this.rest;
		if (rest == null) {
			GlobalAllocProvider system = Backends.providers().get("system");
			boolean available = system != null && system.availability().available();
			Nothing nothing = new Nothing();
			ManagedAllocator root = ManagedAllocator.root(Backends.get(available ? "system" : "pooled"), nothing);
			this.lock.lock();
			try {
				// unless another thread was faster, whose book is as good
				if (this.rest == null) {
					add(new Entry(this, book(root, nothing), ""), false);
				}
				rest = Objects.requireNonNull(this.rest);
			}
			finally {
				this.lock.unlock();
			}
		}
		return rest;
	}

	List<GlobalHolder> holders() {
		StackSpace.forOperation();
		sweep();
		List<GlobalHolder> holders = new ArrayList<>();
		Book target = this.target;
		Book current = (target != null) ? target : this.rest;
		for (Entry entry : this.entries) {
			Book book = entry.book;
			long blocks = book.liveBlocks();
			if (book != this.rest || blocks != 0 || book == current) {
				holders.add(new GlobalHolder(entry.holder, book.toString(), book.name(),
						!entry.detached && book != this.rest, book == current, book.liveBytes(), blocks));
			}
		}
		return holders;
	}

	@Override
	public long allocate(long size, long alignment) {
		StackSpace.forBackend();
		Book target = target();
		long address = target.allocate(size, alignment);
		return (address != 0 || target == target()) ? address : allocate(size, alignment);
	}

	@Override
	public long allocateZeroed(long size, long alignment) {
		StackSpace.forBackend();
		Book target = target();
		long address = target.allocateZeroed(size, alignment);
		return (address != 0 || target == target()) ? address : allocateZeroed(size, alignment);
	}

	@Override
	public long take(Layout layout, boolean zeroed) {
		Book target = target();
		try {
			return target.take(layout, zeroed);
		}
		catch (AllocationException ex) {
			if (ex.reason() != Reason.CLOSED || target == target()) {
				throw ex;
			}
		}
		return take(layout, zeroed);
	}

	@Override
	public void deallocate(long address, long size, long alignment) {
		// as an allocator: a backend below must not throw when the books have changed
		StackSpace.forOperation();
		Book target = this.target;
		if (target == null || !target.tryFree(address, size, alignment)) {
			freeElsewhere(address, size, alignment, target);
		}
	}

	private void freeElsewhere(long address, long size, long alignment, @Nullable Book tried) {
		Entry[] all = this.entries;
		for (int i = all.length - 1; i >= 0; i--) {
			Book book = all[i].book;
			if (book != tried && book.tryFree(address, size, alignment)) {
				if (all[i].detached) {
					trySweep();
				}
				return;
			}
		}
		nearest(address).deallocate(address, size, alignment);
	}

	/** Returns the book that can say best what is wrong with a block. */
	private Book nearest(long address) {
		for (Entry entry : this.entries) {
			if (entry.book.includes(address)) {
				return entry.book;
			}
		}
		return target();
	}

	@Override
	public long reallocate(long address, long oldSize, long alignment, long newSize) {
		StackSpace.forOperation();
		try {
			return resize(address, Layout.of(oldSize, alignment), Layout.of(newSize, alignment), false);
		}
		catch (AllocationException ex) {
			// it waited too long
			return 0;
		}
	}

	@Override
	public long takeResized(long address, Layout oldLayout, Layout newLayout) {
		return resize(address, oldLayout, newLayout, true);
	}

	private long resize(long address, Layout oldLayout, Layout newLayout, boolean explained) {
		Book target = this.target;
		long resized = (target != null) ? target.tryResize(address, oldLayout, newLayout, explained) : Book.NOT_HELD;
		return (resized != Book.NOT_HELD) ? resized : resizeElsewhere(address, oldLayout, newLayout, explained, target);
	}

	private long resizeElsewhere(long address, Layout oldLayout, Layout newLayout, boolean explained,
			@Nullable Book tried) {
		Entry[] all = this.entries;
		for (int i = all.length - 1; i >= 0; i--) {
			Book book = all[i].book;
			if (all[i].detached) {
				if (book.tryClaim(address, oldLayout)) {
					return move(book, address, oldLayout, newLayout, explained);
				}
			}
			else if (book != tried) {
				long resized = book.tryResize(address, oldLayout, newLayout, explained);
				if (resized != Book.NOT_HELD) {
					return resized;
				}
			}
		}
		return nearest(address).takeResized(address, oldLayout, newLayout);
	}

	/** Moves a claimed block out of a book that has been dismissed. */
	private long move(Book book, long address, Layout oldLayout, Layout newLayout, boolean explained) {
		long moved = 0;
		boolean copied = false;
		try {
			moved = explained ? take(newLayout, false) : allocate(newLayout.size(), newLayout.alignment());
			if (moved != 0) {
				Memory.copy(address, moved, Math.min(oldLayout.size(), newLayout.size()));
			}
			copied = true;
		}
		finally {
			book.restore(address, oldLayout);
			if (!copied && moved != 0) {
				deallocate(moved, newLayout.size(), newLayout.alignment());
			}
		}
		if (moved != 0) {
			book.tryFree(address, oldLayout.size(), oldLayout.alignment());
			trySweep();
		}
		return moved;
	}

	@Override
	public String name() {
		return target().name();
	}

	@Override
	public String toString() {
		return target().toString();
	}

	/** A book that is attached, or may have blocks still. */
	static final class Entry implements GlobalAttachment {

		private final SwitchingAlloc all;

		private final Book book;

		private final String holder;

		/** Only ever becomes true, under the lock. */
		private volatile boolean detached;

		Entry(SwitchingAlloc all, Book book, String holder) {
			this.all = all;
			this.book = book;
			this.holder = holder;
		}

		@Override
		public void close() {
			StackSpace.forOperation();
			this.all.detach(this);
		}

	}

	/** Sets up nothing. */
	private static final class Nothing implements Consumer<AllocatorSpec> {

		@Override
		public void accept(AllocatorSpec spec) {
			// no limit
		}

	}

}
