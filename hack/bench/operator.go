package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"time"
)

// operator is the one that is measured.
type operator struct {
	*process
	metrics, probes string
}

// operate starts the operator on the scene's ledger, and waits until it is ready. One that ran before has to be stopped.
func (s *scene) operate(ctx context.Context, flags ...string) error {
	o := &operator{}
	var err error
	for _, free := range []*string{&o.metrics, &o.probes} {
		if *free, err = freeAddress(ctx); err != nil {
			return err
		}
	}
	flags = append([]string{
		"--ledger=sqlite://" + s.folder + "/ledger.db", "--metrics-bind-address=" + o.metrics, "--metrics-secure=false", "--pprof",
		"--health-probe-bind-address=" + o.probes, "--sign-in-bind-address=0", "--allowed-hosts=127.0.0.1", "--watch-namespaces=" + s.namespace,
	}, flags...)
	o.process, err = s.start(s.folder+"/operator.log", s.manager, nil, []string{"KUBECONFIG=" + s.env.Kubeconfig}, flags...)
	if err != nil {
		return err
	}
	s.operator = o
	return o.ready(ctx)
}

func freeAddress(ctx context.Context) (string, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}

// ready waits until the operator says that it is.
func (o *operator) ready(ctx context.Context) error {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	late := time.After(time.Minute)
	for {
		if _, err := get(ctx, "http://"+o.probes+"/readyz"); err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-late:
			return fmt.Errorf("the operator was not ready within a minute: %s", o.end())
		case <-o.ended:
			return fmt.Errorf("the operator has ended: %s", o.end())
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func get(ctx context.Context, url string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	response, err := plainClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", url, response.Status)
	}
	return io.ReadAll(response.Body)
}

var heapAlloc = regexp.MustCompile(`(?m)^(?:# HeapAlloc = |go_memstats_heap_alloc_bytes )(\S+)`)

// heap gives the bytes on the operator's heap, garbage included; swept: after a collection, so without.
func (o *operator) heap(ctx context.Context, swept bool) (float64, error) {
	url := "http://" + o.metrics + "/metrics"
	if swept {
		// What was in a finalizer or a pool goes with the second one.
		url = "http://" + o.metrics + "/debug/pprof/heap?gc=1&debug=1"
		if _, err := get(ctx, url); err != nil {
			return 0, err
		}
	}
	text, err := get(ctx, url)
	if err != nil {
		return 0, err
	}
	found := heapAlloc.FindSubmatch(text)
	if found == nil {
		return 0, fmt.Errorf("%s does not tell the size of the heap", url)
	}
	return strconv.ParseFloat(string(found[1]), 64)
}

// grown is by how much the operator grew while something was done, at most, in bytes.
type grown struct {
	// heap was sampled, and holds garbage too; resident is the kernel's own record of the peak.
	heap, resident float64
}

// growth does something and tells by how much the operator has grown meanwhile, above what it was at rest.
func (o *operator) growth(ctx context.Context, do func() error) (grown, error) {
	var g grown
	rest, err := o.heap(ctx, true)
	if err != nil {
		return g, err
	}
	if err := o.forgetPeak(); err != nil {
		return g, err
	}
	restResident, err := o.status("VmRSS")
	if err != nil {
		return g, err
	}
	stop, peak := make(chan struct{}), make(chan float64)
	go func() { peak <- o.peak(ctx, stop) }()
	err = do()
	close(stop)
	g.heap = max(0, <-peak-rest)
	if err != nil {
		return g, err
	}
	highest, err := o.status("VmHWM")
	g.resident = float64(highest - restResident)
	return g, err
}

// peak looks at the heap, again and again.
func (o *operator) peak(ctx context.Context, stop <-chan struct{}) (highest float64) {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		if now, err := o.heap(ctx, false); err == nil { // one look that fails is one of many
			highest = max(highest, now)
		}
		select {
		case <-tick.C:
		case <-stop:
			return highest
		}
	}
}

// profile keeps a profile of the operator where the flags ask for it: heap, or CPU for some seconds.
func (s *scene) profile(ctx context.Context, name, query string) {
	if s.profiles == "" {
		return
	}
	text, err := get(ctx, "http://"+s.operator.metrics+"/debug/pprof/"+query)
	if err == nil {
		err = os.WriteFile(s.profiles+"/"+name+".pprof", text, 0o600)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "profile:", err)
	}
}
