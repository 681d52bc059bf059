package daytest

import (
	"time"

	"k8s.io/client-go/util/workqueue"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

// fast is a clock that runs speed times as fast as the machine's.
type fast struct {
	clock.RealClock
	began time.Time
	speed int
}

func (f *fast) Now() time.Time {
	return f.began.Add(time.Since(f.began) * time.Duration(f.speed))
}

func (f *fast) Since(t time.Time) time.Duration { return f.Now().Sub(t) }

// real is how long the machine's clock takes for so much time of this one.
func (f *fast) real(d time.Duration) time.Duration { return d / time.Duration(f.speed) }

func (f *fast) NewTimer(d time.Duration) clock.Timer { return f.RealClock.NewTimer(f.real(d)) }

func (f *fast) NewTicker(d time.Duration) clock.Ticker {
	return f.RealClock.NewTicker(max(f.real(d), time.Nanosecond))
}

func (f *fast) After(d time.Duration) <-chan time.Time { return f.RealClock.After(f.real(d)) }

func (f *fast) Tick(d time.Duration) <-chan time.Time { return f.NewTicker(d).C() }

// queue is a controller's queue in which objects wait by the fast clock. Those that a conflict or an error brings back wait by
// the machine's.
type queue struct {
	workqueue.TypedRateLimitingInterface[reconcile.Request]
	clock *fast
}

func (q queue) AddAfter(request reconcile.Request, d time.Duration) {
	if d >= time.Second {
		d = q.clock.real(d)
	}
	q.TypedRateLimitingInterface.AddAfter(request, d)
}

func (f *fast) newQueue(controller string, limiter workqueue.TypedRateLimiter[reconcile.Request]) workqueue.TypedRateLimitingInterface[reconcile.Request] {
	return queue{clock: f, TypedRateLimitingInterface: workqueue.NewTypedRateLimitingQueueWithConfig(limiter,
		workqueue.TypedRateLimitingQueueConfig[reconcile.Request]{Name: controller})}
}
