package io.freehold.benchmarks.spring;

import java.util.List;

import io.freehold.benchmarks.Workload;
import io.freehold.benchmarks.contender.Freehold;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spring.AllocatorTree;
import io.freehold.spring.MemoryLimit;
import io.freehold.spring.scope.servlet.RequestHandling;
import io.freehold.spring.scope.servlet.RequestMemoryFilter;
import io.freehold.spring.scope.servlet.SessionMemories;
import io.freehold.spring.scope.servlet.SessionMemoryFilter;

import jakarta.servlet.FilterChain;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/**
 * What a request pays that uses no memory: a request is made that brings a session id,
 * and passes the filters or does not.
 */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // by JMH
public class RequestPassage extends Workload {

	private final MockHttpServletResponse response = new MockHttpServletResponse();

	private RequestMemoryFilter requests;

	private SessionMemoryFilter sessions;

	@Setup
	public void prepare() {
		AllocatorTree tree = new AllocatorTree(Freehold.backend(), List.of(), (spec) -> spec.limit(1L << 30));
		ManagedAllocator request = tree.addScope("request", MemoryLimit.UNLIMITED, MemoryLimit.UNLIMITED);
		ManagedAllocator session = tree.addScope("session", MemoryLimit.UNLIMITED, MemoryLimit.UNLIMITED);
		this.requests = new RequestMemoryFilter(request, RequestHandling.UNKNOWN);
		this.sessions = new SessionMemoryFilter(new SessionMemories(session, null));
	}

	private static MockHttpServletRequest request() {
		MockHttpServletRequest request = new MockHttpServletRequest();
		request.setRequestedSessionId("4711");
		request.setAsyncSupported(true);
		return request;
	}

	@Benchmark
	public void without(Blackhole sink) {
		sink.consume(request());
	}

	@Benchmark
	public void withFilters(Blackhole sink) throws Exception {
		FilterChain handler = (request, _) -> sink.consume(request);
		this.requests.doFilter(request(), this.response,
				(request, response) -> this.sessions.doFilter(request, response, handler));
	}

}
