// Package allowance keeps two deployments of the operator in one cluster from spending the request allowance of one
// Luminance instance: each counts for itself, and both together would cross it.
//
// # How
//
// A deployment has a Lease, in its own namespace, that names the instances whose allowance it spends, by a digest of
// their hosts, each with the length of the allowance's period. Before it spends from one it looks at the Leases of all
// deployments; where no other names the instance, it names it in its own, and looks once more. Of two that do so at the same
// time at least one sees the other, and takes it back; it may be both, and then one of them comes first the next time.
//
// The Lease is renewed every 15 seconds. Who could not renew for 45 seconds sends nothing any more, whatever it
// believes, and begins anew. Others wait for 60 seconds and a whole period since they last saw it change: by then all that
// it sent has left the instance's count. For the same reason an instance that is not used any more stays named for a
// period. Nobody's clock is compared with another's, but to tell a Lease that was left behind long ago.
//
// # What is not promised
//
// Deployments in different clusters can't see each other. One that looks after a list of namespaces has no rights outside
// of them, and sees only the Leases of its own namespace; those that can see it give way to it. And one that runs
// without leader election holds no Lease.
package allowance
