package io.freehold.sweep;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.global.Global;
import io.freehold.managed.Heap;
import io.freehold.managed.ManagedAllocator;
import io.freehold.region.Region;

import org.jspecify.annotations.Nullable;

/**
 * What one try of an operation works on: a tree of allocators over a backend, one of
 * which is the target, and blocks with known content.
 */
final class Scene {

	static final long LIMIT = 1L << 30;

	final Setting setting;

	final Place place;

	final Size size;

	final ManagedAllocator root;

	final ManagedAllocator node;

	/** Another child of the root, whose blocks must not be touched. */
	final ManagedAllocator sibling;

	/** The allocator that an operation is called on. */
	final Allocator target;

	final @Nullable Heap heap;

	final @Nullable Region region;

	/** All blocks that are live as far as is known. */
	private final NavigableMap<Long, Block> live = new TreeMap<>();

	/** Those of them that end when the operation ends something. */
	private final List<Block> ending = new ArrayList<>();

	/** What the operation is called with. */
	MemorySegment block = MemorySegment.NULL;

	Layout layout;

	Layout newLayout;

	/** The blocks of a series of calls, and how many of these have returned. */
	MemorySegment[] series = {};

	int done;

	/** How many of them have been dealt with. */
	int settled;

	/** What the operation returned: a block. */
	MemorySegment result = MemorySegment.NULL;

	/** What the operation opened, or is to close. */
	@Nullable AutoCloseable opened;

	@Nullable Arena arena;

	private int cookies;

	Scene(Setting setting, Place place, Size size) {
		this.setting = setting;
		this.place = place;
		this.size = size;
		this.root = ManagedAllocator.root(setting.backend(), (spec) -> spec.limit(LIMIT));
		this.node = this.root.child("node", (spec) -> spec.limit(LIMIT / 2));
		this.sibling = this.root.child("sibling", (_) -> {
		});
		this.heap = (place == Place.HEAP) ? this.node.openHeap() : null;
		this.region = switch (place) {
			case CONFINED -> this.node.openRegion();
			case SHARED -> this.node.openSharedRegion();
			default -> null;
		};
		this.target = switch (place) {
			case GLOBAL -> Global.over(setting.backend());
			case MANAGED -> this.node;
			case HEAP -> heap();
			case CONFINED, SHARED -> region();
		};
		this.layout = Layout.of(size.bytes, 8);
		this.newLayout = this.layout;
	}

	Heap heap() {
		if (this.heap == null) {
			throw new IllegalStateException("no heap");
		}
		return this.heap;
	}

	Region region() {
		if (this.region == null) {
			throw new IllegalStateException("no region");
		}
		return this.region;
	}

	Arena arena() {
		if (this.arena == null) {
			throw new IllegalStateException("no arena");
		}
		return this.arena;
	}

	/** Allocates a block with known content. */
	Block take(Allocator allocator, Layout layout) {
		return add(allocator, allocator.allocate(layout), layout);
	}

	/** Adds a block that was returned by an operation. */
	Block add(Allocator allocator, MemorySegment segment, Layout layout) {
		if (segment.byteSize() != layout.size() || segment.address() % layout.alignment() != 0) {
			throw new Fault("wrong block", segment + " was returned for " + layout);
		}
		Block block = new Block(allocator, segment, layout, this.cookies++);
		requireApart(block, this.live.floorEntry(segment.address()));
		requireApart(block, this.live.ceilingEntry(segment.address()));
		this.live.put(segment.address(), block.fill());
		return block;
	}

	private static void requireApart(Block block, Map.@Nullable Entry<Long, Block> neighbour) {
		if (neighbour != null && block.overlaps(neighbour.getValue())) {
			throw new Fault("two owners", "the new block %s overlaps the live block %s".formatted(block.segment(),
					neighbour.getValue().segment()));
		}
	}

	/** Adds a block that ends when the operation ends something. */
	void takeEnding(Allocator allocator, Layout layout) {
		this.ending.add(take(allocator, layout));
	}

	/** What the operation was to end has ended. */
	void ended() {
		this.ending.forEach(this::remove);
		this.ending.clear();
	}

	Block find(MemorySegment segment) {
		Block block = this.live.get(segment.address());
		if (block == null) {
			throw new IllegalStateException("no block at " + segment);
		}
		return block;
	}

	void remove(Block block) {
		this.live.remove(block.segment().address());
	}

	void verifyContents(String when) {
		for (Block block : this.live.values()) {
			block.verify(when);
		}
	}

	/** Frees all blocks that are freed one by one. */
	void freeAll() {
		for (Block block : this.live.values()) {
			if (!(block.owner() instanceof Region)) {
				block.owner().deallocate(block.segment(), block.layout());
			}
		}
		this.live.clear();
	}

	boolean isLive(MemorySegment segment) {
		return this.live.containsKey(segment.address());
	}

	/** Closes what is closed before the tree. */
	void close() {
		close(this.opened);
		close(this.region);
		close(this.heap);
	}

	private static void close(@Nullable AutoCloseable closeable) {
		if (closeable instanceof Arena arena && !arena.scope().isAlive()) {
			return;
		}
		if (closeable != null) {
			try {
				closeable.close();
			}
			catch (RuntimeException ex) {
				throw ex;
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		}
	}

	Figures figures() {
		return new Figures(this.root.budget().used(), this.node.budget().used(), this.node.stats().liveBlocks(),
				this.node.stats().liveBytes(), (this.heap != null) ? this.heap.used() : 0,
				this.node.stats().openRegions(), this.root.children().size() + this.node.children().size(),
				this.node.budget().limit(), this.setting.live());
	}

}
