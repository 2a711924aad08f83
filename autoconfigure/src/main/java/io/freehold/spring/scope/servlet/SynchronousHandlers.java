package io.freehold.spring.scope.servlet;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;

import jakarta.servlet.ServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;
import org.springframework.http.HttpEntity;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.context.request.async.WebAsyncTask;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/**
 * Knows the handlers of Spring MVC. Those complete requests on the thread they began on
 * that are methods and return a type that Spring does not handle asynchronously. A return
 * type that could be anything does not count.
 */
public final class SynchronousHandlers implements RequestHandling {

	private static final Class<?>[] ASYNCHRONOUS = { Callable.class, CompletionStage.class, Future.class,
			DeferredResult.class, WebAsyncTask.class, ResponseBodyEmitter.class, StreamingResponseBody.class };

	private final ReactiveAdapterRegistry reactiveTypes = ReactiveAdapterRegistry.getSharedInstance();

	private final ConcurrentHashMap<HandlerMethod, Boolean> synchronous = new ConcurrentHashMap<>();

	/**
	 * Creates an object that has seen no handler yet.
	 */
	public SynchronousHandlers() {
	}

	@Override
	public @Nullable Object handler(ServletRequest request) {
		return request.getAttribute(HandlerMapping.BEST_MATCHING_HANDLER_ATTRIBUTE);
	}

	@Override
	public boolean isSynchronous(Object handler) {
		return handler instanceof HandlerMethod method && isSynchronous(method);
	}

	private boolean isSynchronous(HandlerMethod handler) {
		Boolean known = this.synchronous.get(handler);
		if (known == null) {
			// not within the map, which would hold a monitor meanwhile
			known = staysOnThread(handler);
			this.synchronous.put(handler, known);
		}
		return known;
	}

	private boolean staysOnThread(HandlerMethod handler) {
		MethodParameter returned = handler.getReturnType();
		ResolvableType type = ResolvableType.forMethodParameter(returned);
		if (HttpEntity.class.isAssignableFrom(type.toClass())) {
			type = type.as(HttpEntity.class).getGeneric();
		}
		Class<?> raw = type.toClass();
		if (raw == Object.class || (raw == void.class && takesRequest(handler))) {
			return false;
		}
		for (Class<?> asynchronous : ASYNCHRONOUS) {
			if (asynchronous.isAssignableFrom(raw) || raw.isAssignableFrom(asynchronous)) {
				return false;
			}
		}
		return this.reactiveTypes.getAdapter(raw) == null;
	}

	private static boolean takesRequest(HandlerMethod handler) {
		for (MethodParameter parameter : handler.getMethodParameters()) {
			Class<?> type = parameter.getParameterType();
			if (ServletRequest.class.isAssignableFrom(type) || NativeWebRequest.class.isAssignableFrom(type)) {
				return true;
			}
		}
		return false;
	}

}
