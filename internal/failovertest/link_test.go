package failovertest

import (
	"context"
	"net"
	"path/filepath"
	"sync"

	"k8s.io/client-go/tools/clientcmd"
)

// link leads to the API server until it is cut. Then nothing that is sent arrives any more, in either direction, and nobody
// is told so: as in a network that has come apart.
type link struct {
	address string // where it leads to
	mu      sync.Mutex
	open    sync.Cond
	isCut   bool
	over    bool
	ends    []net.Conn
}

// linkTo opens a link to an address of the API server, and gives the address to use instead.
func (w *world) linkTo(address string) (l *link, at string) {
	w.t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	w.must(err)
	l = &link{address: address}
	l.open.L = &l.mu
	w.t.Cleanup(func() {
		l.end()
		_ = listener.Close()
	})
	go l.accept(listener)
	return l, listener.Addr().String()
}

func (l *link) accept(listener net.Listener) {
	for {
		near, err := listener.Accept()
		if err != nil {
			return
		}
		go l.carry(near)
	}
}

func (l *link) carry(near net.Conn) {
	if !l.pass(near) {
		return
	}
	far, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", l.address)
	if err != nil {
		_ = near.Close()
		return
	}
	l.pass(far)
	go l.pump(far, near)
	l.pump(near, far)
}

func (l *link) pump(to, from net.Conn) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if !l.pass() {
			return
		}
		if err != nil {
			_, _ = to.Close(), from.Close()
			return
		}
		if _, err := to.Write(buffer[:n]); err != nil {
			return
		}
	}
}

// pass waits until the link is open, and takes note of connections to close at the end; false: it is the end.
func (l *link) pass(ends ...net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ends = append(l.ends, ends...)
	for l.isCut && !l.over {
		l.open.Wait()
	}
	return !l.over
}

func (l *link) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.isCut = true
}

func (l *link) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.over = true
	l.open.Broadcast()
	for _, c := range l.ends {
		_ = c.Close()
	}
}

// linked is a kubeconfig like that of the administrator, by way of a link.
func (w *world) linked() (l *link, kubeconfig string) {
	w.t.Helper()
	config, err := clientcmd.LoadFromFile(w.env.Kubeconfig)
	w.must(err)
	for _, cluster := range config.Clusters {
		host, err := hostOf(cluster.Server)
		w.must(err)
		var at string
		l, at = w.linkTo(host)
		cluster.Server = "https://" + at
	}
	kubeconfig = filepath.Join(w.t.TempDir(), "kubeconfig")
	w.must(clientcmd.WriteToFile(*config, kubeconfig))
	return l, kubeconfig
}
