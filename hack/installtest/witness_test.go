package installtest

import (
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/client-go/rest"

	"dataroom.dev/intralinks-operator/internal/testenv"
)

// witness stands between the operator and the API server, hands everything on, credentials included, and keeps what
// was asked and how it was answered.
type witness struct {
	URL    string
	CA     []byte
	away   atomic.Bool
	server *httptest.Server
	lock   sync.Mutex
	seen   []use
	// listener hears the answers to lists and watches of a resource.
	listener   *overheard
	listensFor string
}

// use is a request as the API server's authorizer sees it.
type use struct {
	Verb, Group, Resource, Name, Namespace, Path string
	Code                                         int
}

func newWitness(t *testing.T, env *testenv.Env) *witness {
	t.Helper()
	target, err := url.Parse(env.Config.Host)
	if err != nil {
		t.Fatal(err)
	}
	// What the operator may do is up to its own token: none of the administrator's credentials are lent to it.
	transport, err := rest.TransportFor(&rest.Config{Host: env.Config.Host, TLSClientConfig: rest.TLSClientConfig{CAData: env.Config.CAData}})
	if err != nil {
		t.Fatal(err)
	}
	requests := request.RequestInfoFactory{APIPrefixes: sets.NewString("api", "apis"), GrouplessAPIPrefixes: sets.NewString("api")}
	w := &witness{}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Header.Del("Accept-Encoding") // what is heard can be read
		},
		Transport:     transport,
		FlushInterval: -1, // watches
		ModifyResponse: func(answer *http.Response) error {
			info, err := requests.NewRequestInfo(answer.Request)
			if err != nil {
				return err
			}
			w.note(info, answer.StatusCode)
			if w.listener != nil && info.Resource == w.listensFor && (info.Verb == "list" || info.Verb == "watch") {
				w.listener.tee(answer)
			}
			return nil
		},
	}
	server := httptest.NewTLSServer(http.HandlerFunc(func(answer http.ResponseWriter, request *http.Request) {
		if w.away.Load() {
			panic(http.ErrAbortHandler) // breaks the connection
		}
		proxy.ServeHTTP(answer, request)
	}))
	w.server = server
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	w.URL = server.URL
	w.CA = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	return w
}

// overhear has lists and watches of a resource heard, before there are any.
func (w *witness) overhear(resource string, listener *overheard) {
	w.listensFor, w.listener = resource, listener
}

// goAway breaks all connections and lets nothing through until comeBack.
func (w *witness) goAway() {
	w.away.Store(true)
	w.server.CloseClientConnections()
}

func (w *witness) comeBack() { w.away.Store(false) }

func (w *witness) note(info *request.RequestInfo, code int) {
	resource := info.Resource
	if info.Subresource != "" {
		resource += "/" + info.Subresource
	}
	w.lock.Lock()
	defer w.lock.Unlock()
	w.seen = append(w.seen, use{
		Verb: info.Verb, Group: info.APIGroup, Resource: resource, Name: info.Name, Namespace: info.Namespace, Path: info.Path, Code: code,
	})
}

func (w *witness) uses() []use {
	w.lock.Lock()
	defer w.lock.Unlock()
	return slices.Clone(w.seen)
}

// refused are the uses that the API server didn't allow.
func (w *witness) refused() []use {
	return slices.DeleteFunc(w.uses(), func(u use) bool { return u.Code != http.StatusForbidden && u.Code != http.StatusUnauthorized })
}
