package main

// figures in the order of the table.
var figures = []figure{
	newDocuments,
	quietPoll,
	allowanceUse,
	failingTenant,
	largeFiles,
	smallFiles,
	latency,
	manyDocuments,
	manyPolls,
	hugeFile,
	thousandSyncs,
	fiveThousandSyncs,
	foreignSecrets,
	peerRclone,
	peerScript,
}
