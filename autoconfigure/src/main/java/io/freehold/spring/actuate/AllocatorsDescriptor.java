package io.freehold.spring.actuate;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

import io.freehold.budget.Budget;
import io.freehold.global.Global;
import io.freehold.global.GlobalHolder;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spi.GlobalAlloc;
import io.freehold.spi.MemoryUsage;
import io.freehold.stats.AllocatorStats;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * What the endpoint answers: the backend and the tree of allocators. Figures are bytes
 * unless they are counts; absent limits mean unlimited.
 *
 * @param backend the backend behind the tree
 * @param root the root of the tree
 * @param global who holds what was taken through {@code Global}, in this and in other
 * contexts of the JVM; empty if the application has chosen its backend itself
 */
public record AllocatorsDescriptor(BackendDescriptor backend, AllocatorDescriptor root,
		List<GlobalDescriptor> global) implements OperationResponseBody {

	static AllocatorsDescriptor of(GlobalAlloc backend, ManagedAllocator root) {
		return new AllocatorsDescriptor(BackendDescriptor.of(backend), AllocatorDescriptor.of(root),
				Global.holders().stream().map(GlobalDescriptor::of).toList());
	}

	/**
	 * Who holds what was taken through {@code Global}.
	 *
	 * @param context the id of the context, empty for what was taken when there was none
	 * @param allocator the path of the allocator in the tree of that context
	 * @param backend where its memory comes from
	 * @param current whether memory is taken from it now
	 * @param closed whether the context is closed
	 * @param used bytes of its live blocks
	 * @param liveBlocks its live blocks
	 */
	public record GlobalDescriptor(String context, String allocator, String backend, boolean current, boolean closed,
			long used, long liveBlocks) {

		static GlobalDescriptor of(GlobalHolder holder) {
			return new GlobalDescriptor(holder.holder(), holder.allocator(), holder.backend(), holder.current(),
					!holder.attached() && !holder.holder().isEmpty(), holder.bytes(), holder.blocks());
		}

	}

	/**
	 * A backend.
	 *
	 * @param name its name
	 * @param committed bytes it holds from the operating system, absent if it does not
	 * tell
	 * @param cached bytes of these that it holds free, absent if it does not tell
	 * @param reserved bytes of address space it holds, absent if it does not tell
	 * @param live bytes of the committed ones that blocks are in, absent if it does not
	 * tell
	 */
	public record BackendDescriptor(String name, @Nullable Long committed, @Nullable Long cached,
			@Nullable Long reserved, @Nullable Long live) {

		static BackendDescriptor of(GlobalAlloc backend) {
			return (backend instanceof MemoryUsage usage)
					? new BackendDescriptor(backend.name(), usage.committedBytes(), usage.cachedBytes(),
							usage.reservedBytes(), usage.liveBytes())
					: new BackendDescriptor(backend.name(), null, null, null, null);
		}

	}

	/**
	 * An allocator and its children.
	 *
	 * @param name its path
	 * @param scope what it is for
	 * @param limit the limit of the subtree, absent if there is none
	 * @param softLimit the soft limit of the subtree, absent if there is none
	 * @param used bytes in use by the subtree
	 * @param usedAlone bytes in use by this allocator alone
	 * @param peak the most that the subtree ever used
	 * @param liveBlocks its live blocks
	 * @param openRegions its open regions
	 * @param allocations blocks it allocated
	 * @param deallocations blocks it freed
	 * @param reallocations blocks it resized
	 * @param leakedBlocks blocks that were live when it or a child closed
	 * @param failures requests it refused, by reason
	 * @param children its children
	 */
	public record AllocatorDescriptor(String name, String scope, @Nullable Long limit, @Nullable Long softLimit,
			long used, long usedAlone, long peak, long liveBlocks, long openRegions, long allocations,
			long deallocations, long reallocations, long leakedBlocks, Map<String, Long> failures,
			List<AllocatorDescriptor> children) implements OperationResponseBody {

		static AllocatorDescriptor of(ManagedAllocator allocator) {
			Budget budget = allocator.budget();
			AllocatorStats stats = allocator.stats();
			Map<String, Long> failures = stats.failures()
				.entrySet()
				.stream()
				.collect(Collectors.toMap((entry) -> entry.getKey().name().toLowerCase(Locale.ROOT).replace('_', '-'),
						Map.Entry::getValue));
			return new AllocatorDescriptor(allocator.name(), allocator.scope(), limited(budget.limit()),
					limited(budget.softLimit()), budget.used(), stats.liveBytes(), budget.peak(), stats.liveBlocks(),
					stats.openRegions(), stats.allocations(), stats.deallocations(), stats.reallocations(),
					stats.leakedBlocks(), failures,
					allocator.children().stream().map(AllocatorDescriptor::of).toList());
		}

		private static @Nullable Long limited(long limit) {
			return (limit == Budget.UNLIMITED) ? null : limit;
		}

	}

}
