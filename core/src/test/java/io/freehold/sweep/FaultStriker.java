package io.freehold.sweep;

import io.freehold.AllocationException;
import io.freehold.AllocationException.Reason;

import org.jspecify.annotations.Nullable;

/**
 * Performs operations where one call of what lies below fails: the point is its number.
 */
final class FaultStriker implements Striker {

	private final Setting setting;

	private final Trap.Mode mode;

	private boolean missed;

	FaultStriker(Setting setting, Trap.Mode mode) {
		this.setting = setting;
		this.mode = mode;
	}

	@Override
	public @Nullable Throwable strike(int point, Runnable operation) {
		Trap trap = this.setting.trap();
		trap.set(point + 1, this.mode);
		try {
			operation.run();
			return null;
		}
		catch (Throwable ex) {
			return ex;
		}
		finally {
			trap.clear();
			this.missed = trap.calls() <= point;
		}
	}

	@Override
	public boolean hadAll(boolean succeeded) {
		return this.missed;
	}

	@Override
	public boolean mayTakeLess() {
		return !this.missed;
	}

	@Override
	public int successes() {
		return 1;
	}

	@Override
	public boolean isOurs(Throwable thrown) {
		return thrown instanceof Trap.Sprung
				|| (thrown instanceof AllocationException refused && refused.reason() == Reason.EXHAUSTED);
	}

}
