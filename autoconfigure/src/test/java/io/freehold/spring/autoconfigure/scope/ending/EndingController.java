package io.freehold.spring.autoconfigure.scope.ending;

import java.io.IOException;
import java.util.concurrent.Future;

import io.freehold.Allocator;
import io.freehold.spring.RequestAllocator;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;

import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.context.request.async.WebAsyncTask;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/**
 * Does work in scopes and brings it to its ending, as far as that is up to the server.
 */
@RestController
class EndingController implements ErrorController {

	private static final long TIMEOUT = 20;

	private final Desk desk;

	private final Scopes scopes;

	private final Allocator memory;

	EndingController(Desk desk, Scopes scopes, @RequestAllocator Allocator memory) {
		this.desk = desk;
		this.scopes = scopes;
		this.memory = memory;
	}

	@GetMapping("/normal")
	String normal() throws Exception {
		Work work = this.desk.work();
		return this.scopes.call(work, work::pass);
	}

	@GetMapping("/exception")
	String exception() throws Exception {
		Work work = this.desk.work();
		return this.scopes.call(work, work::fail);
	}

	/** Works on another thread, which nobody stops. */
	@GetMapping("/timeout")
	DeferredResult<String> timeout() {
		Work work = this.desk.work();
		if (work.cell().scope() == Scope.REQUEST || work.cell().scope() == Scope.SESSION) {
			this.scopes.take(work);
			var _ = this.scopes.executor().submit(() -> work.run(work::hold));
		}
		else {
			var _ = this.scopes.executor().submit(() -> work.run(() -> this.scopes.callUntilTimeout(work)));
		}
		return new DeferredResult<>(TIMEOUT);
	}

	@GetMapping("/stream")
	StreamingResponseBody stream() {
		Work work = this.desk.work();
		return (out) -> {
			try {
				work.run(() -> this.scopes.call(work, () -> work.stream(out)));
			}
			catch (IOException ex) {
				throw ex;
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		};
	}

	@GetMapping("/work")
	String work() throws Exception {
		Work work = this.desk.work();
		return this.scopes.call(work, work::hold);
	}

	/** Works on a thread that Spring interrupts when it takes too long. */
	@GetMapping("/interrupt")
	WebAsyncTask<String> interrupt() {
		Work work = this.desk.work();
		return new WebAsyncTask<>(TIMEOUT, () -> work.run(() -> this.scopes.callUntilInterrupted(work)));
	}

	/** Works in a task and cancels it. */
	@GetMapping("/cancel-task")
	String cancelTask() throws InterruptedException {
		Work work = this.desk.work();
		Future<?> task = this.scopes.executor().submit(() -> work.run(() -> {
			this.scopes.take(work);
			return work.hold();
		}));
		work.awaitTaken();
		return "cancelled " + task.cancel(true);
	}

	@GetMapping("/begin-session")
	String beginSession(HttpSession session) {
		return session.getId();
	}

	@GetMapping("/end-session")
	String endSession(HttpSession session) {
		session.invalidate();
		return "ended";
	}

	@RequestMapping("/error")
	ResponseEntity<String> error(HttpServletRequest request) {
		Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
		this.desk.work().takeForError(this.memory);
		return ResponseEntity.status((status instanceof Integer code) ? code : 500).body("error");
	}

}
