package console

import (
	"context"
	"net/http"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/internal/budget"
	"dataroom.dev/intralinks-operator/internal/findings"
	"dataroom.dev/intralinks-operator/internal/inspect"
	"dataroom.dev/intralinks-operator/internal/webpage"
)

const (
	// Path is what all pages are below.
	Path = "/console/"
	// askTimeout bounds each question to the API server.
	askTimeout = 20 * time.Second
	// maxForm is the size of a form: the largest holds patterns of documents, or a token.
	maxForm = 64 << 10
	// meetingAtOnce is how many tokens that nobody has seen yet are asked about at once: anybody can send some.
	meetingAtOnce = 8
	// askingAtOnce is how many pages with live data are made at once: an exchange may be large.
	askingAtOnce = 16
	// visitTimeout bounds each page, and writeTimeout how long somebody may take to read it.
	visitTimeout, writeTimeout = 2 * time.Minute, 10 * time.Minute
	// policy lets in what the console itself serves, and nothing else.
	policy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; " +
		"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

// Console serves the pages.
type Console struct {
	// Config says where the API server is. Its credentials are never used.
	Config *rest.Config
	Scheme *runtime.Scheme
	Mapper meta.RESTMapper
	// Objects is the operator's cache of both kinds. Lists are taken from it, once the API server has said what the person may
	// list: ten thousand objects are too many to send for each page.
	Objects client.Reader
	// Live answers what Kubernetes objects don't hold.
	Live *inspect.Inspector
	// Budgets tells the state of each Luminance instance's allowance, by host.
	Budgets func() map[string]budget.State
	// Leads is nil on the replica that works; else it says which one does.
	Leads func(context.Context) *findings.Error
	Clock clock.PassiveClock
	Log   logr.Logger

	sessions *sessions
	tickets  *tickets
	history  *history
	known    *known
	turns    chan struct{}
	asking   chan struct{}
}

// Handler serves all below Path. To be called once. Whoever serves it keeps requests of other sites away.
func (c *Console) Handler() http.Handler {
	c.sessions, c.tickets, c.history = newSessions(c.Clock), newTickets(c.Clock), &history{}
	c.known = &known{kept: map[knownKey]knownDivisions{}}
	c.turns, c.asking = make(chan struct{}, meetingAtOnce), make(chan struct{}, askingAtOnce)
	mux := http.NewServeMux()
	mux.Handle("GET "+Path+"assets/{name}", http.HandlerFunc(serveAsset))
	mux.HandleFunc("GET "+Path+"sign-in", c.offerSignIn)
	mux.HandleFunc("POST "+Path+"sign-in", c.signIn)
	mux.HandleFunc("POST "+findings.ConsoleTickets, c.issueTicket)
	mux.HandleFunc("GET "+Path+"enter", c.offerEntry)
	mux.HandleFunc("POST "+Path+"enter", c.enter)
	for pattern, step := range c.steps() {
		mux.Handle(pattern, c.asPerson(step))
	}
	return webpage.Protect(policy, c.onLeader(mux))
}

// onLeader has only the replica answer that works: the others know neither its sessions nor what it is doing.
func (c *Console) onLeader(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		why := c.Leads(r.Context())
		switch {
		case why != nil && r.URL.Path == findings.ConsoleTickets:
			refuse(w, why)
		case why != nil:
			c.tell(w, nil, why.Code, "Another replica of the operator works", sentence(why.Message))
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// steps are the pages for those who are signed in.
func (c *Console) steps() map[string]step {
	const integration, sync = Path + "integrations/{namespace}/{name}", Path + "syncs/{namespace}/{name}"
	return map[string]step{
		"GET " + Path + "{$}":               c.home,
		"POST " + Path + "sign-out":         c.signOut,
		"GET " + Path + "integrations":      c.listIntegrations,
		"GET " + integration:                c.showIntegration,
		"POST " + integration + "/link":     c.askForLink,
		"GET " + integration + "/exchanges": c.inTurn(c.listExchanges),
		"GET " + integration + "/browse":    c.inTurn(c.browse),
		"GET " + integration + "/activate":  c.inTurn(c.offerSync),
		"POST " + integration + "/activate": c.inTurn(c.activate),
		"POST " + integration + "/yaml":     c.showYAML,
		"GET " + Path + "syncs":             c.listSyncs,
		"GET " + sync:                       c.showSync,
		"POST " + sync + "/{deed}":          c.changeSync,
		"GET " + sync + "/problems":         c.inTurn(c.listProblems),
		"GET " + sync + "/documents":        c.inTurn(c.listDocuments),
		"GET " + sync + "/documents.csv":    c.inTurn(c.sendRegister),
		Path:                                c.nowhere,
	}
}

func (*Console) home(v *visit) error {
	http.Redirect(v.w, v.r, Path+"syncs", http.StatusSeeOther)
	return nil
}

func (*Console) nowhere(*visit) error { return errNoPage }
