package io.freehold.spring.health;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import io.freehold.budget.Budget;
import io.freehold.managed.ManagedAllocator;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Judges how much of its limit a tree has used: out of service from a threshold on. Of
 * the allocators below only those asked for are judged, for a cache at its limit is
 * healthy.
 *
 * <p>
 * Memory that is nearly used up is a reason to send a service less traffic, not to
 * restart it: put this indicator into the readiness group, never into the liveness group.
 */
public class AllocatorHealthIndicator extends AbstractHealthIndicator {

	private final ManagedAllocator root;

	private final Supplier<List<ManagedAllocator>> roots;

	private final List<ManagedAllocator> judged;

	private final double threshold;

	/**
	 * Creates an indicator.
	 * @param root the root of the tree
	 * @param judged the other allocators to judge
	 * @param threshold the share of a limit from which on an allocator is out of service,
	 * between 0 and 1
	 */
	public AllocatorHealthIndicator(ManagedAllocator root, List<ManagedAllocator> judged, double threshold) {
		this(root, List::of, judged, threshold);
	}

	/**
	 * Creates an indicator for a hierarchy of contexts.
	 * @param root the root of the tree
	 * @param roots returns the allocators below that are the roots of contexts; they are
	 * judged as far as they have limits
	 * @param judged the other allocators to judge
	 * @param threshold the share of a limit from which on an allocator is out of service,
	 * between 0 and 1
	 */
	public AllocatorHealthIndicator(ManagedAllocator root, Supplier<List<ManagedAllocator>> roots,
			List<ManagedAllocator> judged, double threshold) {
		super("The health of the allocators could not be read");
		this.root = root;
		this.roots = roots;
		this.judged = List.copyOf(judged);
		this.threshold = threshold;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		builder.up();
		builder.withDetail("backend", this.root.backend());
		builder.withDetail("threshold", this.threshold);
		judge(builder, this.root);
		this.roots.get()
			.stream()
			.filter((allocator) -> allocator != this.root && allocator.budget().limit() != Budget.UNLIMITED)
			.forEach((allocator) -> judge(builder, allocator));
		this.judged.forEach((allocator) -> judge(builder, allocator));
	}

	private void judge(Health.Builder builder, ManagedAllocator allocator) {
		Budget budget = allocator.budget();
		long used = budget.used();
		long limit = budget.limit();
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("used", used);
		if (limit == Budget.UNLIMITED) {
			details.put("limit", "unlimited");
		}
		else {
			// nothing fits a limit of zero: it is used up
			double usage = (limit > 0) ? (double) used / limit : 1;
			details.put("limit", limit);
			details.put("usage", usage);
			if (usage >= this.threshold) {
				builder.outOfService();
			}
		}
		builder.withDetail(allocator.name(), details);
	}

}
