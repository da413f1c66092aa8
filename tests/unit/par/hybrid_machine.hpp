// A machine with three kinds of cores, as hwloc would record it: 2 big cores of 2 threads (processors 0 to 3), each with its own
// L2; 4 small cores on one L2 (4 to 7), all of these on one L3; and 2 smaller ones (8 and 9) on an L2 without an L3.
#pragma once

inline constexpr const char* hybrid_machine = R"(<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE topology SYSTEM "hwloc2.dtd">
<topology version="2.0">
<object type="Machine" cpuset="0x000003ff" complete_cpuset="0x000003ff" nodeset="0x1" complete_nodeset="0x1" gp_index="25" os_index="0" allowed_cpuset="0x000003ff" allowed_nodeset="0x1">
<object type="NUMANode" cpuset="0x000003ff" complete_cpuset="0x000003ff" nodeset="0x1" complete_nodeset="0x1" gp_index="24" os_index="0" local_memory="1073741824"/>
<object type="L3Cache" cpuset="0x000000ff" complete_cpuset="0x000000ff" nodeset="0x1" complete_nodeset="0x1" gp_index="18" cache_size="25165824" depth="3" cache_linesize="64" cache_associativity="0" cache_type="0">
<object type="L2Cache" cpuset="0x00000003" complete_cpuset="0x00000003" nodeset="0x1" complete_nodeset="0x1" gp_index="4" cache_size="2097152" depth="2" cache_linesize="64" cache_associativity="0" cache_type="0">
<object type="Core" cpuset="0x00000003" complete_cpuset="0x00000003" nodeset="0x1" complete_nodeset="0x1" gp_index="3" os_index="0">
<object type="PU" cpuset="0x00000001" complete_cpuset="0x00000001" nodeset="0x1" complete_nodeset="0x1" gp_index="1" os_index="0"/>
<object type="PU" cpuset="0x00000002" complete_cpuset="0x00000002" nodeset="0x1" complete_nodeset="0x1" gp_index="2" os_index="1"/>
</object>
</object>
<object type="L2Cache" cpuset="0x0000000c" complete_cpuset="0x0000000c" nodeset="0x1" complete_nodeset="0x1" gp_index="8" cache_size="2097152" depth="2" cache_linesize="64" cache_associativity="0" cache_type="0">
<object type="Core" cpuset="0x0000000c" complete_cpuset="0x0000000c" nodeset="0x1" complete_nodeset="0x1" gp_index="7" os_index="1">
<object type="PU" cpuset="0x00000004" complete_cpuset="0x00000004" nodeset="0x1" complete_nodeset="0x1" gp_index="5" os_index="2"/>
<object type="PU" cpuset="0x00000008" complete_cpuset="0x00000008" nodeset="0x1" complete_nodeset="0x1" gp_index="6" os_index="3"/>
</object>
</object>
<object type="L2Cache" cpuset="0x000000f0" complete_cpuset="0x000000f0" nodeset="0x1" complete_nodeset="0x1" gp_index="17" cache_size="2097152" depth="2" cache_linesize="64" cache_associativity="0" cache_type="0">
<object type="Core" cpuset="0x00000010" complete_cpuset="0x00000010" nodeset="0x1" complete_nodeset="0x1" gp_index="10" os_index="2">
<object type="PU" cpuset="0x00000010" complete_cpuset="0x00000010" nodeset="0x1" complete_nodeset="0x1" gp_index="9" os_index="4"/>
</object>
<object type="Core" cpuset="0x00000020" complete_cpuset="0x00000020" nodeset="0x1" complete_nodeset="0x1" gp_index="12" os_index="3">
<object type="PU" cpuset="0x00000020" complete_cpuset="0x00000020" nodeset="0x1" complete_nodeset="0x1" gp_index="11" os_index="5"/>
</object>
<object type="Core" cpuset="0x00000040" complete_cpuset="0x00000040" nodeset="0x1" complete_nodeset="0x1" gp_index="14" os_index="4">
<object type="PU" cpuset="0x00000040" complete_cpuset="0x00000040" nodeset="0x1" complete_nodeset="0x1" gp_index="13" os_index="6"/>
</object>
<object type="Core" cpuset="0x00000080" complete_cpuset="0x00000080" nodeset="0x1" complete_nodeset="0x1" gp_index="16" os_index="5">
<object type="PU" cpuset="0x00000080" complete_cpuset="0x00000080" nodeset="0x1" complete_nodeset="0x1" gp_index="15" os_index="7"/>
</object>
</object>
</object>
<object type="L2Cache" cpuset="0x00000300" complete_cpuset="0x00000300" nodeset="0x1" complete_nodeset="0x1" gp_index="23" cache_size="2097152" depth="2" cache_linesize="64" cache_associativity="0" cache_type="0">
<object type="Core" cpuset="0x00000100" complete_cpuset="0x00000100" nodeset="0x1" complete_nodeset="0x1" gp_index="20" os_index="6">
<object type="PU" cpuset="0x00000100" complete_cpuset="0x00000100" nodeset="0x1" complete_nodeset="0x1" gp_index="19" os_index="8"/>
</object>
<object type="Core" cpuset="0x00000200" complete_cpuset="0x00000200" nodeset="0x1" complete_nodeset="0x1" gp_index="22" os_index="7">
<object type="PU" cpuset="0x00000200" complete_cpuset="0x00000200" nodeset="0x1" complete_nodeset="0x1" gp_index="21" os_index="9"/>
</object>
</object>
</object>
<cpukind cpuset="0x00000300" forced_efficiency="1"/>
<cpukind cpuset="0x000000f0" forced_efficiency="2"/>
<cpukind cpuset="0x0000000f" forced_efficiency="3"/>
</topology>
)";
