package io.freehold.sweep;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

import io.freehold.Layout;
import io.freehold.managed.ManagedAllocator;
import io.freehold.region.Region;
import io.freehold.sweep.Operation.Kind;

/**
 * All operations of the public API, each on every kind of allocator that has it.
 */
final class Operations {

	/** More blocks than a magazine holds, and than a depot takes. */
	static final int SERIES = 600;

	private static final Set<Place> ANY = EnumSet.allOf(Place.class);

	private static final Set<Place> MANAGED = EnumSet.of(Place.MANAGED);

	private static final Set<Place> REGION = EnumSet.of(Place.CONFINED, Place.SHARED);

	private static final Set<Place> TREE = EnumSet.complementOf(EnumSet.of(Place.GLOBAL));

	private final List<Operation> all = new ArrayList<>();

	private Operations() {
		blocks();
		resizes();
		series();
		openings();
		endings();
		regions();
		misuse();
		refusals();
	}

	static List<Operation> all() {
		return List.copyOf(new Operations().all);
	}

	private void add(String name, Kind kind, Set<Place> places, Consumer<Scene> prepare, Consumer<Scene> act) {
		this.all.add(Operation.of(name, kind, places, prepare, act));
	}

	private void blocks() {
		add("allocate", Kind.ALLOCATES, ANY, Operations::neighbours, Operations::allocate);
		add("allocateZeroed", Kind.ALLOCATES, ANY, Operations::neighbours, Operations::allocateZeroed);
		this.all.add(this.all.get(0).cold("allocateFirst", EnumSet.of(Place.GLOBAL, Place.MANAGED, Place.CONFINED)));
		this.all.add(this.all.get(1).cold("allocateZeroedFirst", MANAGED));
		add("allocateAligned", Kind.ALLOCATES, ANY, (scene) -> {
			neighbours(scene);
			scene.newLayout = Layout.of(scene.size.bytes, large(scene));
		}, Operations::allocate);
		add("deallocate", Kind.FREES, ANY, Operations::target, Operations::deallocate);
		add("deallocateOlder", Kind.FREES, ANY, (scene) -> {
			target(scene);
			scene.take(scene.target, scene.layout);
		}, Operations::deallocate);
	}

	private void resizes() {
		for (boolean aligned : new boolean[] { false, true }) {
			String suffix = aligned ? "Aligned" : "";
			add("grow" + suffix, Kind.RESIZES, ANY, (scene) -> {
				target(scene);
				scene.newLayout = Layout.of(2 * scene.size.bytes, aligned ? large(scene) : 8);
			}, Operations::grow);
			add("growZeroed" + suffix, Kind.RESIZES, ANY, (scene) -> {
				target(scene);
				scene.newLayout = Layout.of(2 * scene.size.bytes, aligned ? large(scene) : 8);
			}, (scene) -> scene.result = scene.target.growZeroed(scene.block, scene.layout, scene.newLayout));
			add("shrink" + suffix, Kind.RESIZES, ANY, (scene) -> {
				target(scene);
				scene.newLayout = Layout.of(scene.size.bytes / 2, aligned ? large(scene) : 8);
			}, Operations::shrink);
		}
		add("growOlder", Kind.RESIZES, ANY, (scene) -> {
			target(scene);
			scene.take(scene.target, scene.layout);
			scene.newLayout = Layout.of(2 * scene.size.bytes, 8);
		}, Operations::grow);
		add("growALittle", Kind.RESIZES, ANY, (scene) -> {
			target(scene);
			scene.newLayout = Layout.of(scene.size.bytes + 2, 8);
		}, Operations::grow);
		add("shrinkALittle", Kind.RESIZES, ANY, (scene) -> {
			target(scene);
			scene.newLayout = Layout.of(scene.size.bytes - 2, 8);
		}, Operations::shrink);
		add("shrinkToNothing", Kind.FREES, ANY, (scene) -> {
			target(scene);
			scene.newLayout = Layout.of(0, 8);
		}, Operations::shrink);
		add("growFromNothing", Kind.ALLOCATES, ANY, (scene) -> {
			neighbours(scene);
			scene.layout = Layout.of(0, 8);
			scene.block = scene.layout.dangling();
		}, Operations::grow);
	}

	private void series() {
		add("allocateSeries", Kind.ALLOCATES_SERIES, ANY, (scene) -> {
			neighbours(scene);
			scene.series = new MemorySegment[SERIES];
		}, (scene) -> {
			while (scene.done < scene.series.length) {
				scene.series[scene.done] = scene.target.allocate(scene.layout);
				scene.done++;
			}
		});
		add("deallocateSeries", Kind.FREES_SERIES, EnumSet.complementOf(EnumSet.copyOf(REGION)), (scene) -> {
			neighbours(scene);
			scene.series = new MemorySegment[SERIES];
			for (int i = 0; i < SERIES; i++) {
				scene.series[i] = scene.take(scene.target, scene.layout).segment();
			}
		}, (scene) -> {
			while (scene.done < scene.series.length) {
				scene.target.deallocate(scene.series[scene.done], scene.layout);
				scene.done++;
			}
		});
	}

	private void openings() {
		Consumer<Scene> prepare = Operations::neighbours;
		Set<Place> managed = MANAGED;
		add("child", Kind.OPENS, managed, prepare, (scene) -> scene.opened = scene.node.child("opened", (_) -> {
		}));
		add("openRegion", Kind.OPENS, managed, prepare, (scene) -> scene.opened = scene.node.openRegion());
		add("openSharedRegion", Kind.OPENS, managed, prepare, (scene) -> scene.opened = scene.node.openSharedRegion());
		add("openHeap", Kind.OPENS, managed, prepare, (scene) -> scene.opened = scene.node.openHeap());
		add("setLimit", Kind.CHANGES, managed, prepare, (scene) -> scene.node.budget().setLimit(Scene.LIMIT / 4));
	}

	private void endings() {
		add("closeEmpty", Kind.ENDS, MANAGED, (scene) -> scene.opened = scene.node.child("opened", (_) -> {
		}), Operations::close);
		add("close", Kind.ENDS, MANAGED, (scene) -> {
			ManagedAllocator opened = scene.node.child("opened", (spec) -> spec.expectLiveAtClose());
			neighbours(scene);
			for (int i = 0; i < 3; i++) {
				scene.takeEnding(opened, scene.layout);
			}
			scene.opened = opened;
		}, Operations::close);
		add("closeTree", Kind.ENDS, MANAGED, (scene) -> {
			ManagedAllocator opened = scene.node.child("opened", (spec) -> spec.expectLiveAtClose());
			ManagedAllocator child = opened.child("child", (spec) -> spec.expectLiveAtClose());
			neighbours(scene);
			scene.takeEnding(opened, scene.layout);
			scene.takeEnding(child, scene.layout);
			scene.takeEnding(child.openHeap(), scene.layout);
			scene.takeEnding(child.openRegion(), scene.layout);
			scene.takeEnding(opened.openSharedRegion(), scene.layout);
			scene.opened = opened;
		}, Operations::close);
		add("closeHeap", Kind.ENDS, MANAGED, (scene) -> {
			var opened = scene.node.openHeap();
			neighbours(scene);
			for (int i = 0; i < 3; i++) {
				scene.takeEnding(opened, scene.layout);
			}
			scene.opened = opened;
		}, Operations::close);
		add("closeRegion", Kind.ENDS, MANAGED, (scene) -> closeable(scene, scene.node.openRegion()), Operations::close);
		add("closeSharedRegion", Kind.ENDS, MANAGED, (scene) -> closeable(scene, scene.node.openSharedRegion()),
				Operations::close);
	}

	private static void closeable(Scene scene, Region opened) {
		neighbours(scene);
		scene.takeEnding(opened, scene.layout);
		opened.mark();
		scene.takeEnding(opened, scene.layout);
		opened.asArena().allocate(scene.size.bytes, 8);
		scene.opened = opened;
	}

	private void regions() {
		add("mark", Kind.OPENS, REGION, Operations::neighbours, (scene) -> scene.opened = scene.region().mark());
		add("closeMark", Kind.ENDS, REGION, (scene) -> {
			neighbours(scene);
			scene.opened = scene.region().mark();
			scene.takeEnding(scene.region(), scene.layout);
			scene.takeEnding(scene.region(), scene.layout);
		}, Operations::close);
		add("reset", Kind.ENDS, REGION, (scene) -> {
			scene.takeEnding(scene.region(), scene.layout);
			scene.region().mark();
			scene.takeEnding(scene.region(), scene.layout);
			scene.region().asArena().allocate(scene.size.bytes, 8);
		}, (scene) -> scene.region().reset());
		add("asArena", Kind.OPENS, REGION, Operations::neighbours, (scene) -> scene.opened = scene.region().asArena());
		add("arenaAllocate", Kind.ALLOCATES, REGION, (scene) -> {
			neighbours(scene);
			scene.arena = scene.region().asArena();
		}, (scene) -> scene.result = scene.arena().allocate(scene.size.bytes, 8));
		add("closeArena", Kind.ENDS, REGION, (scene) -> {
			neighbours(scene);
			Arena arena = scene.region().asArena();
			arena.allocate(scene.size.bytes, 8);
			arena.allocate(scene.size.bytes, 8);
			scene.arena = arena;
		}, (scene) -> {
			if (scene.arena().scope().isAlive()) {
				scene.arena().close();
			}
		});
	}

	private void misuse() {
		add("freeTwice", Kind.MISUSED, ANY, Operations::freed, Operations::deallocate);
		add("growFreed", Kind.MISUSED, ANY, (scene) -> {
			freed(scene);
			scene.newLayout = Layout.of(2 * scene.size.bytes, 8);
		}, Operations::grow);
		add("freeWithOtherSize", Kind.MISUSED, ANY, (scene) -> {
			target(scene);
			scene.layout = Layout.of(2 * scene.size.bytes, 8);
		}, Operations::deallocate);
		add("freeWithOtherAlignment", Kind.MISUSED, ANY, (scene) -> {
			target(scene);
			scene.layout = Layout.of(scene.size.bytes, 4);
		}, Operations::deallocate);
		add("shrinkWithOtherSize", Kind.MISUSED, ANY, (scene) -> {
			target(scene);
			scene.layout = Layout.of(2 * scene.size.bytes, 8);
		}, Operations::shrink);
		add("freeInside", Kind.MISUSED, ANY, (scene) -> {
			target(scene);
			scene.block = scene.block.asSlice(16);
		}, Operations::deallocate);
		add("freeForeign", Kind.MISUSED, ANY, (scene) -> {
			target(scene);
			scene.block = scene.take(scene.sibling, scene.layout).segment();
		}, Operations::deallocate);
		add("freeUnknown", Kind.MISUSED, ANY, (scene) -> {
			target(scene);
			scene.block = MemorySegment.ofAddress(1L << 40);
		}, Operations::deallocate);
	}

	private void refusals() {
		add("allocateTooMuch", Kind.REFUSED, ANY, (scene) -> {
			neighbours(scene);
			scene.newLayout = Layout.of(1L << 45, 8);
		}, Operations::allocate);
		add("allocateBeyondLimit", Kind.REFUSED, TREE, (scene) -> {
			neighbours(scene);
			scene.node.budget().setLimit(scene.node.budget().used());
			scene.newLayout = Layout.of(Math.max(scene.size.bytes, 64 << 10), 8);
		}, Operations::allocate);
		add("growBeyondLimit", Kind.REFUSED, TREE, (scene) -> {
			target(scene);
			scene.node.budget().setLimit(scene.node.budget().used());
			scene.newLayout = Layout.of(2 * scene.size.bytes + (64 << 10), 8);
		}, Operations::grow);
		add("allocateExhausted", Kind.REFUSED, TREE, (scene) -> {
			neighbours(scene);
			scene.root.budget().setLimit(Long.MAX_VALUE);
			scene.node.budget().setLimit(Long.MAX_VALUE);
			scene.newLayout = Layout.of(1L << 46, 8);
		}, Operations::allocate);
		add("allocateUnsupported", Kind.REFUSED, ANY, (scene) -> {
			neighbours(scene);
			scene.newLayout = Layout.of(1, 1L << 62);
		}, Operations::allocate);
		add("allocateClosed", Kind.REFUSED, MANAGED, (scene) -> {
			ManagedAllocator closed = scene.node.child("closed", (_) -> {
			});
			closed.close();
			neighbours(scene);
			scene.opened = closed;
		}, (scene) -> scene.result = opened(scene).allocate(scene.newLayout));
		add("openRegionClosed", Kind.REFUSED, MANAGED, (scene) -> {
			ManagedAllocator closed = scene.node.child("closed", (_) -> {
			});
			closed.close();
			neighbours(scene);
			scene.opened = closed;
		}, (scene) -> opened(scene).openRegion());
	}

	private static ManagedAllocator opened(Scene scene) {
		if (scene.opened instanceof ManagedAllocator allocator) {
			return allocator;
		}
		throw new IllegalStateException("no allocator was opened");
	}

	/** Returns an alignment that moves a block, but not by chance to another chunk. */
	private static long large(Scene scene) {
		return scene.place.isRegion() ? 256 : 8192;
	}

	/** Makes live blocks of the target and of its sibling. */
	private static void neighbours(Scene scene) {
		scene.take(scene.target, scene.layout);
		scene.take(scene.sibling, scene.layout);
	}

	/** Makes live blocks around the one that is worked on. */
	private static void target(Scene scene) {
		neighbours(scene);
		scene.block = scene.take(scene.target, scene.layout).segment();
		scene.take(scene.sibling, scene.layout);
	}

	private static void freed(Scene scene) {
		target(scene);
		scene.remove(scene.find(scene.block));
		scene.target.deallocate(scene.block, scene.layout);
	}

	private static void allocate(Scene scene) {
		scene.result = scene.target.allocate(scene.newLayout);
	}

	private static void allocateZeroed(Scene scene) {
		scene.result = scene.target.allocateZeroed(scene.newLayout);
	}

	private static void deallocate(Scene scene) {
		scene.target.deallocate(scene.block, scene.layout);
	}

	private static void grow(Scene scene) {
		scene.result = scene.target.grow(scene.block, scene.layout, scene.newLayout);
	}

	private static void shrink(Scene scene) {
		scene.result = scene.target.shrink(scene.block, scene.layout, scene.newLayout);
	}

	private static void close(Scene scene) {
		AutoCloseable opened = scene.opened;
		if (opened != null) {
			try {
				opened.close();
			}
			catch (Exception ex) {
				throw Operations.<RuntimeException>sneaky(ex);
			}
		}
	}

	@SuppressWarnings({ "unchecked", "TypeParameterUnusedInFormals" })
	private static <T extends Exception> T sneaky(Exception ex) throws T {
		throw (T) ex;
	}

}
