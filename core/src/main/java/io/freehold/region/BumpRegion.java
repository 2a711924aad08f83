package io.freehold.region;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

import io.freehold.AllocationException;
import io.freehold.AllocationException.Reason;
import io.freehold.Layout;
import io.freehold.MisuseException;
import io.freehold.MisuseException.Kind;
import io.freehold.internal.Memory;
import io.freehold.internal.Revocable;
import io.freehold.internal.Sizes;
import io.freehold.internal.sync.StackSpace;
import io.freehold.region.ChunkStock.Chunk;
import io.freehold.region.Lifetime.Oversized;

import org.jspecify.annotations.Nullable;

/**
 * Bump allocation, whoever the users are: subclasses say who may enter and what kind of
 * arena revokes the segments.
 */
abstract sealed class BumpRegion implements Region, Revocable permits ConfinedRegion, SharedRegion {

	/*
	 * Memory and accessibility are managed apart. Memory is a stack of chunks with a
	 * cursor; blocks that would waste too much of a chunk have one of their own.
	 * Accessibility is a stack of lifetimes, the bottom one for the region, another for
	 * each open mark: the segments of a lifetime belong to one arena, which is closed
	 * when the lifetime ends, before any of its memory is used again. Only blocks of the
	 * current lifetime are resized or reclaimed in place: a block that grew past a mark
	 * would lose its end with the mark.
	 *
	 * What is thrown between two steps of placing a block in a chunk costs its bytes
	 * until the lifetime ends, and nothing else; so there is no check of the stack on
	 * that path, only where chunks are taken and given back.
	 */

	final ChunkSource source;

	private final ChunkStock stock;

	private final Chunks chunks;

	/** The current lifetime; the bottom one has none below. */
	private Lifetime lifetime;

	/** Set by any thread, when this region or its parent is to close. */
	volatile boolean closing;

	/** Guarded by the region. */
	boolean closed;

	BumpRegion(ChunkSource source) {
		this.source = source;
		this.stock = new ChunkStock(source);
		this.chunks = new Chunks(this.stock);
		this.lifetime = Lifetime.ofRegion(this);
	}

	/** Lets the caller in, or throws; with enough stack to let the next one in. */
	abstract void enter();

	/** Lets the next one in. */
	abstract void exit();

	abstract Arena newArena();

	@Override
	public MemorySegment allocate(Layout layout) {
		return allocate(layout, false);
	}

	@Override
	public MemorySegment allocateZeroed(Layout layout) {
		return allocate(layout, true);
	}

	private MemorySegment allocate(Layout layout, boolean zeroed) {
		long size = layout.size();
		if (size == 0) {
			return layout.dangling();
		}
		enter();
		try {
			MemorySegment block = place(layout, this.chunks, this.lifetime);
			if (zeroed) {
				block.fill((byte) 0);
			}
			return block;
		}
		finally {
			exit();
		}
	}

	@Override
	public void deallocate(MemorySegment block, Layout layout) {
		deallocate(block, layout, Kind.DOUBLE_FREE);
	}

	private void deallocate(MemorySegment block, Layout layout, Kind ifEnded) {
		if (isNothing(block, layout)) {
			return;
		}
		enter();
		try {
			Oversized oversized = requireBlock(block, layout, ifEnded);
			if (oversized != null) {
				StackSpace.forOperation();
			}
			free(block.address(), layout.size(), oversized);
		}
		finally {
			exit();
		}
	}

	@Override
	public MemorySegment grow(MemorySegment block, Layout oldLayout, Layout newLayout) {
		return grow(block, oldLayout, newLayout, false);
	}

	@Override
	public MemorySegment growZeroed(MemorySegment block, Layout oldLayout, Layout newLayout) {
		return grow(block, oldLayout, newLayout, true);
	}

	private MemorySegment grow(MemorySegment block, Layout oldLayout, Layout newLayout, boolean zeroed) {
		Sizes.requireGrowth(oldLayout.size(), newLayout.size());
		if (isNothing(block, oldLayout)) {
			return zeroed ? allocateZeroed(newLayout) : allocate(newLayout);
		}
		enter();
		try {
			requireOpen(newLayout);
			Oversized oversized = requireBlock(block, oldLayout, Kind.USE_AFTER_FREE);
			long address = block.address();
			long oldSize = oldLayout.size();
			long newSize = newLayout.size();
			MemorySegment grown;
			if (oversized == null && isLast(address, oldSize) && isAligned(address, newLayout)
					&& this.chunks.hasRoom(address, newSize)) {
				grown = segment(address, newSize, this.lifetime);
				this.chunks.moveCursor(address + newSize);
			}
			else {
				grown = move(address, oldSize, newLayout, oldSize, oversized);
			}
			if (zeroed) {
				Memory.zero(grown.address() + oldSize, newSize - oldSize);
			}
			return grown;
		}
		finally {
			exit();
		}
	}

	/**
	 * Copies a block to a new place. The segment is made before the old one is given up.
	 */
	private MemorySegment move(long address, long size, Layout newLayout, long kept, @Nullable Oversized oversized) {
		StackSpace.forOperation();
		MemorySegment block = place(newLayout, this.chunks, this.lifetime);
		Memory.copy(address, block.address(), kept);
		free(address, size, oversized);
		return block;
	}

	@Override
	public MemorySegment shrink(MemorySegment block, Layout oldLayout, Layout newLayout) {
		Sizes.requireShrinkage(oldLayout.size(), newLayout.size());
		if (newLayout.size() == 0) {
			MemorySegment dangling = newLayout.dangling();
			deallocate(block, oldLayout, Kind.USE_AFTER_FREE);
			return dangling;
		}
		enter();
		try {
			requireOpen(newLayout);
			isNothing(block, oldLayout);
			Oversized oversized = requireBlock(block, oldLayout, Kind.USE_AFTER_FREE);
			long address = block.address();
			long oldSize = oldLayout.size();
			long newSize = newLayout.size();
			if (!isAligned(address, newLayout)) {
				return move(address, oldSize, newLayout, newSize, oversized);
			}
			if (oversized != null) {
				StackSpace.forOperation();
			}
			MemorySegment shrunk = segment(address, newSize, this.lifetime);
			if (oversized != null) {
				// it goes with its chunk into this lifetime
				this.lifetime.adopt(oversized.shrunk(newLayout), holder(oversized), oversized);
			}
			else if (isLast(address, oldSize)) {
				this.chunks.moveCursor(address + newSize);
			}
			return shrunk;
		}
		finally {
			exit();
		}
	}

	@Override
	public void reset() {
		StackSpace.forOperation();
		enter();
		try {
			requireOpen(Layout.ofBytes(0));
			endDownTo(null);
			this.chunks.rewind(null, 0);
			this.lifetime.restart();
		}
		finally {
			exit();
		}
	}

	@Override
	public Mark mark() {
		StackSpace.forOperation();
		enter();
		try {
			requireOpen(Layout.ofBytes(0));
			Lifetime begun = this.lifetime.above(this.chunks);
			Mark mark = new LifetimeMark(this, begun);
			this.lifetime = begun;
			return mark;
		}
		finally {
			exit();
		}
	}

	private void endMark(Lifetime mark) {
		StackSpace.forOperation();
		enter();
		try {
			if (!mark.hasEnded()) {
				endDownTo(mark.below);
				this.chunks.rewind(mark.chunk, mark.cursor);
			}
		}
		finally {
			exit();
		}
	}

	@Override
	public Arena asArena() {
		StackSpace.forOperation();
		enter();
		try {
			requireOpen(Layout.ofBytes(0));
			Chunks memory = new Chunks(this.stock);
			Lifetime opened = this.lifetime.ofArena(memory);
			RegionArena arena = new RegionArena(this, memory, opened);
			this.lifetime.add(opened);
			return arena;
		}
		finally {
			exit();
		}
	}

	/**
	 * Places a block for a lifetime, the current one or that of an arena. If there can be
	 * no segment of it, everything is as it was.
	 */
	final MemorySegment place(Layout layout, Chunks chunks, Lifetime lifetime) {
		long size = layout.size();
		long alignment = layout.alignment();
		if (this.closing) {
			// a layout of its own here and below, so that the caller's need not exist
			requireOpen(new Layout(size, alignment));
		}
		long cursor = chunks.cursor();
		long address = chunks.place(size, alignment);
		if (address == 0) {
			return placeElsewhere(new Layout(size, alignment), chunks, lifetime);
		}
		try {
			return segment(address, size, lifetime);
		}
		catch (Throwable ex) {
			chunks.moveCursor(cursor);
			throw ex;
		}
	}

	/**
	 * Takes a chunk for a block. Changes more than the cursor, and so makes sure of the
	 * stack first.
	 */
	private MemorySegment placeElsewhere(Layout layout, Chunks chunks, Lifetime lifetime) {
		StackSpace.forOperation();
		Chunk top = chunks.top();
		long cursor = chunks.cursor();
		boolean spare = this.stock.hasSpare();
		long address = placeInChunk(layout, chunks, lifetime);
		try {
			return segment(address, layout.size(), lifetime);
		}
		catch (Throwable ex) {
			Oversized oversized = lifetime.findOversized(address);
			if (oversized != null) {
				lifetime.giveOversized(oversized);
			}
			else {
				chunks.rewind(top, cursor);
				if (!spare) {
					this.stock.giveSpare();
				}
			}
			throw ex;
		}
	}

	/** Refuses only if there is not even memory for exactly this block. */
	private long placeInChunk(Layout layout, Chunks chunks, Lifetime lifetime) {
		long size = layout.size();
		long alignment = layout.alignment();
		long address = chunks.isOversized(size, alignment) ? 0 : chunks.placeInNext(size, alignment);
		if (address == 0) {
			address = lifetime.placeOversized(layout);
		}
		if (address == 0 && this.stock.giveSpare()) {
			address = lifetime.placeOversized(layout);
		}
		if (address == 0) {
			throw this.source.refusal(layout);
		}
		return address;
	}

	private static MemorySegment segment(long address, long size, Lifetime lifetime) {
		return Memory.segment(address, size, lifetime.arena());
	}

	/** Frees a block. Needs the stack of an operation if it has a chunk of its own. */
	private void free(long address, long size, @Nullable Oversized oversized) {
		if (oversized != null) {
			holder(oversized).giveOversized(oversized);
		}
		else if (isLast(address, size)) {
			this.chunks.moveCursor(address);
		}
	}

	/** Whether a block is the last of the top chunk, and of the current lifetime. */
	private boolean isLast(long address, long size) {
		if (address + size != this.chunks.cursor()) {
			return false;
		}
		Chunk top = this.chunks.top();
		return top != null && top.contains(address) && (top != this.lifetime.chunk || address >= this.lifetime.cursor);
	}

	private static boolean isAligned(long address, Layout layout) {
		return (address & (layout.alignment() - 1)) == 0;
	}

	private Lifetime holder(Oversized oversized) {
		Lifetime holder = this.lifetime;
		while (holder.findOversized(oversized.address()) != oversized) {
			holder = Objects.requireNonNull(holder.below);
		}
		return holder;
	}

	private void requireOpen(Layout layout) {
		if (this.closing) {
			throw new AllocationException(this.source.name(), layout, Reason.CLOSED, "the region is closed");
		}
	}

	/**
	 * Ends the lifetimes above {@code last}, all of them if it is null. If one cannot be
	 * ended it becomes the current one.
	 */
	private void endDownTo(@Nullable Lifetime last) {
		Lifetime current = this.lifetime;
		while (current != last) {
			this.lifetime = current;
			current.end();
			Lifetime below = current.below;
			if (below == null) {
				return;
			}
			current = below;
		}
		this.lifetime = current;
	}

	/**
	 * Ends everything and gives everything back; not possible while a segment is held.
	 */
	final void finish() {
		endDownTo(null);
		giveBack();
	}

	/** Gives everything back without revoking: no thread is left that could access it. */
	final void abandon() {
		for (Lifetime current = this.lifetime; current != null; current = current.below) {
			current.abandon();
		}
		giveBack();
	}

	private void giveBack() {
		this.chunks.rewind(null, 0);
		this.stock.giveSpare();
		this.closed = true;
	}

	/** Whether a block is that of a zero size, which no chunk knows of. */
	private boolean isNothing(MemorySegment block, Layout layout) {
		if (!block.isNative()) {
			throw misuse(Kind.UNKNOWN_BLOCK, "a heap segment is not a block of any allocator");
		}
		if (layout.size() == 0 && block.byteSize() != 0) {
			throw misuse(Kind.LAYOUT_MISMATCH, "the block at 0x" + Long.toHexString(block.address()) + " has "
					+ block.byteSize() + " bytes, but was given back with a layout of size 0");
		}
		return layout.size() == 0;
	}

	/**
	 * Returns the record of a block with a chunk of its own, null for any other block.
	 */
	private @Nullable Oversized requireBlock(MemorySegment block, Layout layout, Kind ifEnded) {
		long address = block.address();
		Chunk top = this.chunks.top();
		boolean alive = block.scope().isAlive();
		if (alive && top != null && top.contains(address) && isAligned(address, layout)
				&& layout.size() <= this.chunks.cursor() - address) {
			return null;
		}
		return new RegionAudit(this.source.name(), this.chunks, this.lifetime).find(block, layout,
				this.closed ? Kind.ALLOCATOR_CLOSED : ifEnded);
	}

	private MisuseException misuse(Kind kind, String what) {
		return new MisuseException(kind, this.source.name() + ": " + what);
	}

	boolean isValid() {
		return this.chunks.isValid();
	}

	@Override
	public String toString() {
		return this.source.name();
	}

	/** What ends a lifetime that was begun by {@link #mark}. */
	private record LifetimeMark(BumpRegion region, Lifetime lifetime) implements Mark {

		@Override
		public void close() {
			this.region.endMark(this.lifetime);
		}

	}

}
